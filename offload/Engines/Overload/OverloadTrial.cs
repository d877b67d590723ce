namespace IpsecDp.Engines.Overload;

/// <summary>
/// Whether under overload a general thread keeps eligible work, because two processors between which packets move carry less
/// than one that keeps them. It depends on how far apart they are, which a virtual machine is not told and which changes; so
/// while engines cannot take all there is, both ways are taken in turns of milliseconds and what each carries is compared.
/// </summary>
public sealed class OverloadTrial(long ticksPerSecond)
{
    // Of the octets of a turn, in parts: what finds the queues full makes it an overload.
    private const int OverloadPart = 8;

    // What fills a queue is carried within less, so that what was queued in the turn before is over when counting begins.
    private readonly long _settling = ticksPerSecond * 7 / 10_000;

    // What was moved lies in the cache of the processor it was moved to, and comes back buffer by buffer: until each was used once, keeping carries less than it does then.
    private readonly long _returning = ticksPerSecond * 17 / 10_000;
    private readonly long _counting = ticksPerSecond * 13 / 10_000;

    // How often it is looked whether a turn has to be counted to its end.
    private readonly long _glance = ticksPerSecond * 13 / 40_000;

    // Who brings nothing for so long has no overload.
    private readonly long _longestPause = ticksPerSecond * 4 / 1000;
    private readonly HandOverVerdict _verdict = new();

    private int _isAwake;
    private int _isTurning;
    private int _keeps;
    private long _dueAt;
    private long _octets;
    private long _fullOctets;

    // When counting began; null while it settles. Written by who has the turn.
    private long? _since;

    /// <summary>Whether a job of so many octets is to be kept at that moment; counts it.</summary>
    public bool Keeps(long now, long octets)
    {
        if (Volatile.Read(ref _isAwake) == 0)
        {
            return false;
        }

        if (now >= Volatile.Read(ref _dueAt))
        {
            TryTurn(now);
        }

        Interlocked.Add(ref _octets, octets);
        return Volatile.Read(ref _keeps) != 0;
    }

    /// <summary>Tells that such a job found no room before the engines at that moment.</summary>
    public void FindFull(long now, long octets)
    {
        Interlocked.Add(ref _fullOctets, octets);
        if (Volatile.Read(ref _isAwake) == 0)
        {
            TryTurn(now);
        }
    }

    // One thread turns; another that is due at the same time finds it done.
    private void TryTurn(long now)
    {
        if (Interlocked.Exchange(ref _isTurning, 1) != 0)
        {
            return;
        }

        if (_isAwake == 0)
        {
            BeginTurn(now);
            Volatile.Write(ref _isAwake, 1);
        }
        else if (now >= _dueAt)
        {
            Turn(now);
        }

        Volatile.Write(ref _isTurning, 0);
    }

    private void Turn(long now)
    {
        if (now - _dueAt > _longestPause)
        {
            Sleep();
            return;
        }

        if (_since is not { } since)
        {
            Interlocked.Exchange(ref _octets, 0);
            Interlocked.Exchange(ref _fullOctets, 0);
            _since = now;
            Volatile.Write(ref _dueAt, now + _glance);
            return;
        }

        var octets = Volatile.Read(ref _octets);
        var rate = (double)octets / (now - since);
        if (now - since < _counting && !_verdict.IsHopeless(rate))
        {
            Volatile.Write(ref _dueAt, Math.Min(now + _glance, since + _counting));
            return;
        }

        if (_keeps == 0 && Volatile.Read(ref _fullOctets) * OverloadPart < octets)
        {
            Sleep();
            return;
        }

        _verdict.Add(rate);
        BeginTurn(now);
    }

    private void BeginTurn(long now)
    {
        _since = null;
        Volatile.Write(ref _keeps, _verdict.NextKeeps ? 1 : 0);
        Volatile.Write(ref _dueAt, now + (_verdict.NextKeeps ? _returning : _settling));
    }

    private void Sleep()
    {
        _verdict.Rest();
        Volatile.Write(ref _keeps, 0);
        Volatile.Write(ref _isAwake, 0);
    }
}
