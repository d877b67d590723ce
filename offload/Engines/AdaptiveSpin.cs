using System.Diagnostics;

namespace IpsecDp.Engines;

/// <summary>Burns CPU in the hope of work for a span that grows while the hope is fulfilled and shrinks while it is not.</summary>
internal sealed class AdaptiveSpin(TimeSpan longest)
{
    private const int ShortestShare = 16;
    private const int PausesPerLook = 16;
    private const int LooksPerYield = 32;

    private readonly long _longest = (long)(longest.TotalSeconds * Stopwatch.Frequency);

    // Where the only processor spins, nobody is left to bring work.
    private readonly bool _canHope = Environment.ProcessorCount > 1 && longest > TimeSpan.Zero;
    private long _span = (long)(longest.TotalSeconds * Stopwatch.Frequency);

    /// <summary>Whether the count rose above zero within the span.</summary>
    public bool IsFulfilled(ref int work)
    {
        if (!_canHope)
        {
            return Volatile.Read(ref work) > 0;
        }

        var start = Stopwatch.GetTimestamp();
        for (var look = 1; ; look++)
        {
            if (Volatile.Read(ref work) > 0)
            {
                _span = Math.Min(_longest, _span * 2);
                return true;
            }

            if (Stopwatch.GetTimestamp() - start >= _span)
            {
                _span = Math.Max(_longest / ShortestShare, _span / 2);
                return false;
            }

            Pause(look);
        }
    }

    private static void Pause(int look)
    {
        // More threads than processors: let the one that brings work on.
        if (look % LooksPerYield == 0)
        {
            Thread.Yield();
        }
        else
        {
            Thread.SpinWait(PausesPerLook);
        }
    }
}
