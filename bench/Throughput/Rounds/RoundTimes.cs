namespace IpsecDp.Throughput.Rounds;

/// <summary>Nanoseconds a packet of one contender's rounds: the shortest, which the machine disturbed least, and the one in the middle.</summary>
internal readonly record struct RoundTimes(double Best, double Median)
{
    /// <summary>Sums rounds up.</summary>
    public static RoundTimes Of(IEnumerable<double> rounds)
    {
        double[] sorted = [.. rounds.Order()];
        return new RoundTimes(sorted[0], sorted[sorted.Length / 2]);
    }

    /// <summary>How many times as long as another contender of the same rounds.</summary>
    public RoundTimes Over(RoundTimes other) => new(Best / other.Best, Median / other.Median);

    /// <summary>The same in another unit.</summary>
    public RoundTimes Times(double factor) => new(Best * factor, Median * factor);
}
