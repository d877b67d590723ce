using System.Diagnostics;

namespace IpsecDp.Engines.Sleep;

/// <summary>
/// How an engine waits awake. It learns the pauses its work comes in and what a wake-up costs its waker: it stays awake
/// somewhat longer than such a pause, and for no more than a few wake-ups would cost, so that what is lost by waiting awake
/// in vain is never much more than what sleeping would have cost. A halted processor costs its waker up to 100 µs on a
/// virtual machine, one that others keep busy some 2 µs.
/// </summary>
internal sealed class AdaptiveSpin
{
    private const int PausesPerLook = 16;
    private const int LooksPerYield = 16;

    // Spun for at most, in units of the pause that is expected.
    private const int Patience = 4;

    // Spun for at most, in units of what a wake-up costs.
    private const int Stake = 2;

    // One pause weighs a quarter: two or three of the other kind change the mind, one does not.
    private const int Weight = 4;

    // What was thought to cost nothing may grow again by so much.
    private static readonly long LeastDoubt = Stopwatch.Frequency / 1_000_000;

    // A yield that comes back later gave the processor to another thread.
    private static readonly long OthersRan = Stopwatch.Frequency / 50_000;

    private readonly long _longest;
    private readonly bool _canHope;
    private long _expected;
    private long _wakeCost;

    /// <summary>Never spins longer than that, and not at all where the only processor would.</summary>
    public AdaptiveSpin(TimeSpan longest, int processors)
    {
        _longest = (long)(longest.TotalSeconds * Stopwatch.Frequency);
        _canHope = processors > 1 && longest > TimeSpan.Zero;
        _wakeCost = _longest;
    }

    /// <summary>The pause it expects, in Stopwatch ticks.</summary>
    public long Expected => _expected;

    /// <summary>The longest it would spin now, in Stopwatch ticks; 0 where work is expected later than spinning pays.</summary>
    public long Span => _canHope && _expected <= _longest
        ? Math.Min(Math.Min(_longest, Stake * Volatile.Read(ref _wakeCost)), Math.Max(_longest / Patience, _expected * Patience))
        : 0;

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
                // Such a processor is not halted, and the thread it was kept from may be the one that brings work.
                LearnWakeUp(0);
                return Volatile.Read(ref work) > 0;
            }
        }

        return true;
    }

    /// <summary>Tells of a pause, awake or asleep, from the last work's end to the next work's arrival.</summary>
    public void Learn(long pause) => _expected += (Math.Clamp(pause, 0, 2 * _longest) - _expected) / Weight;

    /// <summary>Tells what a wake-up took its waker. A waker may lose its processor to whom it wakes, so that a long one says less than a short one.</summary>
    public void LearnWakeUp(long cost)
    {
        var known = Volatile.Read(ref _wakeCost);
        Volatile.Write(ref _wakeCost, known + ((Math.Min(cost, (2 * known) + LeastDoubt) - known) / Weight));
    }
}
