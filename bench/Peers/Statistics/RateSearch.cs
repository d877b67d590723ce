namespace IpsecDp.Peers.Statistics;

/// <summary>Looks for the highest rate that loses less than a limit, with a bounded number of trials.</summary>
internal sealed class RateSearch
{
    /// <summary>The share of datagrams that may be lost.</summary>
    public const double LossLimit = 0.005;

    // A trial that misses by this much is repeated: a pause of the machine looks like it.
    private const double NearMiss = 0.05;
    private const double CloseEnough = 1.06;
    private const double Climb = 1.6;
    private const double Fall = 0.55;

    // What was asked for and not sent to this degree is the sender's limit.
    private const double Reached = 0.93;

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
            var trial = TwiceIfNear(rate);
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

    private RateTrial TwiceIfNear(double rate)
    {
        var trial = Once(rate);
        if (trial.Loss is < LossLimit or > NearMiss || _trials >= _mostTrials)
        {
            return trial;
        }

        var again = Once(rate);
        return again.Loss < trial.Loss ? again : trial;
    }

    private RateTrial Once(double? rate)
    {
        _trials++;
        return _try(rate);
    }
}
