using System.Diagnostics;

namespace IpsecDp.Engines;

/// <summary>
/// How an engine waits awake. It learns the pauses its work comes in: where they are short it stays awake somewhat longer than
/// such a pause, where they are long it goes to sleep at once. It spins only while nobody else wants the processor: the
/// thread it would keep off may be the one that brings work, and a processor that others keep busy is not halted, so that
/// the wake-up is cheap.
/// </summary>
internal sealed class AdaptiveSpin
{
    private const int PausesPerLook = 16;
    private const int LooksPerYield = 4;

    // Spun for at most, in units of the pause that is expected.
    private const int Patience = 4;

    // One pause weighs a quarter: two or three of the other kind change the mind, one does not.
    private const int Weight = 4;

    // A yield that comes back later gave the processor to another thread.
    private static readonly long OthersRan = Stopwatch.Frequency / 50_000;

    private readonly long _longest;
    private readonly bool _canHope;
    private long _expected;

    /// <summary>Never spins longer than that, and not at all where the only processor would.</summary>
    public AdaptiveSpin(TimeSpan longest, int processors)
    {
        _longest = (long)(longest.TotalSeconds * Stopwatch.Frequency);
        _canHope = processors > 1 && longest > TimeSpan.Zero;
    }

    /// <summary>The pause it expects, in Stopwatch ticks.</summary>
    public long Expected => _expected;

    /// <summary>The longest it would spin now, in Stopwatch ticks; 0 where work is expected later than spinning pays.</summary>
    public long Span => _canHope && _expected <= _longest ? Math.Min(_longest, Math.Max(_longest / Patience, _expected * Patience)) : 0;

    /// <summary>Whether the count rose above zero within the span.</summary>
    public bool IsFulfilled(ref int work)
    {
        var span = Span;
        var start = Stopwatch.GetTimestamp();
        for (var look = 1; Volatile.Read(ref work) <= 0; look++)
        {
            var now = Stopwatch.GetTimestamp();
            if (now - start >= span)
            {
                return false;
            }

            if (look % LooksPerYield != 0)
            {
                Thread.SpinWait(PausesPerLook);
                continue;
            }

            Thread.Yield();
            if (Stopwatch.GetTimestamp() - now > OthersRan)
            {
                return Volatile.Read(ref work) > 0;
            }
        }

        return true;
    }

    /// <summary>Tells of a pause, awake or asleep, from the last work's end to the next work's arrival.</summary>
    public void Learn(long pause) => _expected += (Math.Clamp(pause, 0, 2 * _longest) - _expected) / Weight;
}
