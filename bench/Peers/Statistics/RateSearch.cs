namespace IpsecDp.Peers.Statistics;

/// <summary>Looks for the highest rate that loses less than a limit, with a bounded number of trials.</summary>
internal sealed class RateSearch
{
    /// <summary>The share of datagrams that may be lost.</summary>
    public const double LossLimit = 0.005;

    private const double CloseEnough = 1.06;
    private const double Climb = 2;
    private const double Fall = 0.55;

    // A sender that a busy machine holds up sends a little less than asked for; one at its limit sends far less.
    private const double Reached = 0.7;

    private readonly Func<double?, RateTrial> _try;
    private readonly int _mostTrials;
    private int _trials;

    private RateSearch(Func<double?, RateTrial> attempt, int mostTrials) => (_try, _mostTrials) = (attempt, mostTrials);

    /// <summary>Runs trials at rates, null meaning as fast as the sender can, and gives the best that kept the limit; null when none did.</summary>
    /// <param name="attempt">Sends at a rate and tells what came.</param>
    /// <param name="guess">A rate near which the answer is likely; null starts with a flood.</param>
    /// <param name="mostTrials">Trials that may be run, repeats included.</param>
    public static RateTrial? Run(Func<double?, RateTrial> attempt, double? guess, int mostTrials) => new RateSearch(attempt, mostTrials).Run(guess);

    private RateTrial? Run(double? guess)
    {
        RateTrial? best = null;
        var (low, high) = (0.0, double.PositiveInfinity);
        double rate;
        if (guess is { } likely)
        {
            rate = likely;
        }
        else
        {
            var flood = Once(null);
            if (flood.Loss < LossLimit)
            {
                return flood;
            }

            (rate, high) = (Math.Max(flood.DeliveredRate * 0.9, flood.SentRate / 1000), flood.SentRate);
        }

        while (_trials < _mostTrials && high / Math.Max(low, 1) > CloseEnough)
        {
            var trial = TwiceIfHeldUp(rate);
            if (trial.Loss < LossLimit)
            {
                best = best is { } other && other.DeliveredRate > trial.DeliveredRate ? other : trial;
                low = rate;
                if (trial.SentRate < rate * Reached)
                {
                    break;
                }
            }
            else
            {
                high = Math.Min(rate, high);
            }

            rate = Next(low, high);
        }

        return best;
    }

    private static double Next(double low, double high) =>
        low == 0 ? high * Fall
        : Math.Min(low * Climb, Math.Sqrt(low * Math.Min(high, low * Climb * Climb)));

    // A pause of the machine looks like too high a rate, for the tunnel or for the sender.
    private RateTrial TwiceIfHeldUp(double rate)
    {
        var trial = Once(rate);
        if ((trial.Loss < LossLimit && trial.SentRate >= rate * Reached) || _trials >= _mostTrials)
        {
            return trial;
        }

        var again = Once(rate);
        return IsBetter(again, trial) ? again : trial;
    }

    private static bool IsBetter(in RateTrial one, in RateTrial other) =>
        (one.Loss < LossLimit) == (other.Loss < LossLimit) ? one.DeliveredRate > other.DeliveredRate : one.Loss < LossLimit;

    private RateTrial Once(double? rate)
    {
        _trials++;
        return _try(rate);
    }
}
