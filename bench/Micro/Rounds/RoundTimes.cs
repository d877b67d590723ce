namespace IpsecDp.Bench.Rounds;

/// <summary>Nanoseconds of one contender's rounds: the shortest, which the machine disturbed least, and the one in the middle.</summary>
internal readonly record struct RoundTimes(double Best, double Median)
{
    /// <summary>Both divided, as by the packets of a round.</summary>
    public RoundTimes Per(double count) => new(Best / count, Median / count);
}
