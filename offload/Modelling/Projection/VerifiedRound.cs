namespace IpsecDp.Modelling.Projection;

/// <summary>What one round's calibration projected for saturation, and what was measured with engines between its trials: packets a second, and R by CPU time.</summary>
public sealed record VerifiedRound(double ProjectedThroughput, double MeasuredThroughput, double ProjectedRatio, double MeasuredRatio)
{
    /// <summary>What is projected for throughput from the round without its trials in which the work was shared; null where that makes no sense.</summary>
    public double? ApartThroughput { get; init; }

    /// <summary>The same for R.</summary>
    public double? ApartRatio { get; init; }

    /// <summary>Projected over measured throughput, less one.</summary>
    public double ThroughputError => (ProjectedThroughput / MeasuredThroughput) - 1;

    /// <summary>Projected less measured ratio.</summary>
    public double RatioError => ProjectedRatio - MeasuredRatio;
}
