namespace IpsecDp.Modelling.Search;

/// <summary>What a highest rate is searched for (RFC 9971, Search Goal).</summary>
/// <param name="LossRatio">Goal Loss Ratio: a trial that loses a larger share is a high-loss trial.</param>
/// <param name="FinalTrialSeconds">Goal Final Trial Duration: a shorter trial is a short one.</param>
/// <param name="DurationSumSeconds">Goal Duration Sum: seconds of full-length trials that decide a load for certain.</param>
/// <param name="ExceedRatio">Goal Exceed Ratio, at least 0 and below 1: the share of the seconds that may belong to high-loss trials, so that a rare disturbance decides nothing.</param>
/// <param name="Width">Goal Width: the bounds are near enough when they differ by this share of the upper one.</param>
public sealed record SearchGoal(double LossRatio, double FinalTrialSeconds, double DurationSumSeconds, double ExceedRatio, double Width)
{
    /// <summary>The name of the rate in reports.</summary>
    public string Name => LossRatio == 0
        ? "without loss"
        : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"at {LossRatio * 100:0.###} % loss");

    /// <summary>Refuses what no search can end with, with an <see cref="ArgumentOutOfRangeException"/>.</summary>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(LossRatio);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(LossRatio, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(FinalTrialSeconds);
        ArgumentOutOfRangeException.ThrowIfLessThan(DurationSumSeconds, FinalTrialSeconds);
        ArgumentOutOfRangeException.ThrowIfNegative(ExceedRatio);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(ExceedRatio, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Width);
    }
}
