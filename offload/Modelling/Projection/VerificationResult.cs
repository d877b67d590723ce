using IpsecDp.Modelling.Statistics;

namespace IpsecDp.Modelling.Projection;

/// <summary>A projection beside what was then measured with engines, both at saturation.</summary>
/// <param name="Engines">Engines of both, beside one general processor.</param>
/// <param name="ProjectedThroughput">Packets a second, projected.</param>
/// <param name="MeasuredThroughput">Packets a second, measured.</param>
/// <param name="ProjectedRatio">R by CPU time, projected.</param>
/// <param name="MeasuredRatio">R by CPU time, measured.</param>
/// <param name="MeasuredProcessors">Processors the measured trials had on average; fewer than general and specialty together say that others used the machine.</param>
/// <param name="DisturbedRounds">Rounds of calibration and measurement that others disturbed to the last attempt.</param>
public sealed record VerificationResult(
    int Engines,
    Estimate ProjectedThroughput,
    Estimate MeasuredThroughput,
    Estimate ProjectedRatio,
    Estimate MeasuredRatio,
    double MeasuredProcessors,
    int DisturbedRounds)
{
    /// <summary>What an error may be.</summary>
    public const double Goal = 0.03;

    // At saturation both wait for nothing.
    private const double EnoughProcessors = 0.95;

    /// <summary>All that was projected for the load.</summary>
    public required ProjectedPoint Projected { get; init; }

    /// <summary>What it was projected from.</summary>
    public required CostModel Costs { get; init; }

    /// <summary>The trials of the calibration, as they were taken.</summary>
    public required IReadOnlyList<CalibrationRound> Calibration { get; init; }

    /// <summary>The trials that were measured.</summary>
    public required IReadOnlyList<LineTrial> Trials { get; init; }

    /// <summary>Projected over measured throughput, less one.</summary>
    public double ThroughputError => (ProjectedThroughput.Mean / MeasuredThroughput.Mean) - 1;

    /// <summary>Projected less measured ratio.</summary>
    public double RatioError => ProjectedRatio.Mean - MeasuredRatio.Mean;

    /// <summary>Whether the machine was busy with other things, so that the errors say nothing of the projection.</summary>
    public bool IsTooNoisy => DisturbedRounds > 0 || MeasuredProcessors < EnoughProcessors * (1 + Engines);

    /// <summary>Whether both errors are at most 3 %, on a machine that could tell.</summary>
    public bool Holds => !IsTooNoisy && Math.Abs(ThroughputError) <= Goal && Math.Abs(RatioError) <= Goal;

    /// <summary>The verdict in a word or a sentence.</summary>
    public string Verdict => (IsTooNoisy, Holds) switch
    {
        (true, _) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"no verdict: others used the machine, {DisturbedRounds} rounds were disturbed and the measured ones had {MeasuredProcessors:F2} of {1 + Engines} processors"),
        (_, true) => "holds",
        _ => "missed",
    };
}
