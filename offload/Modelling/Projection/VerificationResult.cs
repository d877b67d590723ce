using IpsecDp.Modelling.Statistics;

namespace IpsecDp.Modelling.Projection;

/// <summary>A projection beside what was then measured with engines.</summary>
/// <param name="Engines">Engines of both.</param>
/// <param name="ProjectedThroughput">Packets a second at saturation, projected.</param>
/// <param name="MeasuredThroughput">Packets a second at saturation, measured.</param>
/// <param name="ProjectedRatio">R by CPU time at saturation, projected.</param>
/// <param name="MeasuredRatio">R by CPU time at saturation, measured.</param>
/// <param name="MeasuredProcessors">Processors the measured runs had on average; fewer than general and specialty together say that others used the machine.</param>
public sealed record VerificationResult(
    int Engines,
    Estimate ProjectedThroughput,
    Estimate MeasuredThroughput,
    Estimate ProjectedRatio,
    Estimate MeasuredRatio,
    double MeasuredProcessors)
{
    /// <summary>What an error may be.</summary>
    public const double Goal = 0.03;

    /// <summary>Projected over measured throughput, less one.</summary>
    public double ThroughputError => (ProjectedThroughput.Mean / MeasuredThroughput.Mean) - 1;

    /// <summary>Projected less measured ratio.</summary>
    public double RatioError => ProjectedRatio.Mean - MeasuredRatio.Mean;

    /// <summary>Whether both errors are at most 3 %.</summary>
    public bool Holds => Math.Abs(ThroughputError) <= Goal && Math.Abs(RatioError) <= Goal;
}
