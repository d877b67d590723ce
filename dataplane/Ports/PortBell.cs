namespace IpsecDp.Ports;

/// <summary>Wakes the one thread that serves several ports; a port rings it whenever asking again pays.</summary>
public sealed class PortBell
{
    private readonly object _gate = new();
    private Memory.AdaptiveSpin _spin;
    private int _rings;
    private bool _isAsleep;

    /// <summary>How often it rang; read before the ports are asked, so that no ring after the look is missed.</summary>
    public int Rings => Volatile.Read(ref _rings);

    /// <summary>Tells that a port has packets, or takes part no more.</summary>
    public void Ring()
    {
        // A full fence before the look at the sleeper.
        Interlocked.Increment(ref _rings);
        if (Volatile.Read(ref _isAsleep))
        {
            lock (_gate)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Waits, first awake and then asleep, until it rang since <paramref name="seen"/>.</summary>
    public void Await(int seen)
    {
        for (var looks = _spin.Looks; looks > 0; looks--)
        {
            if (Rings != seen)
            {
                _spin.Paid();
                return;
            }

            Memory.AdaptiveSpin.Pause();
        }

        _spin.Wasted();
        lock (_gate)
        {
            Volatile.Write(ref _isAsleep, true);

            // Between the word and the last look: a ringer either sees the sleeper or is seen by it.
            Interlocked.MemoryBarrier();
            while (Rings == seen)
            {
                Monitor.Wait(_gate);
            }

            Volatile.Write(ref _isAsleep, false);
        }
    }
}
