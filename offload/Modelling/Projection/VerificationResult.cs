using System.Globalization;
using IpsecDp.Modelling.Statistics;

namespace IpsecDp.Modelling.Projection;

/// <summary>Projections beside what was then measured with engines, both at saturation. Each round is held against its own calibration, and the middle of them counts: a machine may be another one a second later.</summary>
/// <param name="Engines">Engines of both, beside one general processor.</param>
/// <param name="Rounds">The rounds.</param>
/// <param name="MeasuredProcessors">Processors the measured trials had on average; fewer than general and specialty together say that others used the machine.</param>
/// <param name="DisturbedRounds">Rounds of calibration and measurement that others disturbed to the last attempt.</param>
public sealed record VerificationResult(int Engines, IReadOnlyList<VerifiedRound> Rounds, double MeasuredProcessors, int DisturbedRounds)
{
    /// <summary>What an error may be.</summary>
    public const double Goal = 0.03;

    // Rounds are taken until both errors are known to so much, or for as long again as was planned.
    private const double Precision = Goal / 2;

    // At saturation both wait for nothing.
    private const double EnoughProcessors = 0.95;

    // More of them would reach the middle half of the rounds.
    private const double MostDisturbedRounds = 0.25;

    /// <summary>Rounds that were taken besides and do not count, because others disturbed them; as many trials as were planned at most.</summary>
    public required int DiscardedRounds { get; init; }

    /// <summary>Rounds that were taken besides and do not count, because nothing can be projected from what they found.</summary>
    public required int SenselessRounds { get; init; }

    /// <summary>All that was projected for the load, from all rounds together.</summary>
    public required ProjectedPoint Projected { get; init; }

    /// <summary>What it was projected from.</summary>
    public required CostModel Costs { get; init; }

    /// <summary>The trials of the calibration, as they were taken.</summary>
    public required IReadOnlyList<CalibrationRound> Calibration { get; init; }

    /// <summary>The trials that were measured.</summary>
    public required IReadOnlyList<LineTrial> Trials { get; init; }

    /// <summary>Packets a second, projected.</summary>
    public Middle ProjectedThroughput => Of(static round => round.ProjectedThroughput);

    /// <summary>Packets a second, measured.</summary>
    public Middle MeasuredThroughput => Of(static round => round.MeasuredThroughput);

    /// <summary>R by CPU time, projected.</summary>
    public Middle ProjectedRatio => Of(static round => round.ProjectedRatio);

    /// <summary>R by CPU time, measured.</summary>
    public Middle MeasuredRatio => Of(static round => round.MeasuredRatio);

    /// <summary>Projected over measured throughput, less one; within each round.</summary>
    public Middle ThroughputError => ThroughputErrorOf(Rounds);

    /// <summary>Projected less measured ratio; within each round.</summary>
    public Middle RatioError => RatioErrorOf(Rounds);

    /// <summary>The error of throughput where trials in which the work was shared have no part in the projection; it decides nothing. Null where most rounds have none.</summary>
    public Middle? ApartThroughputError => OfMost(Rounds.Select(static round => (round.ApartThroughput / round.MeasuredThroughput) - 1));

    /// <summary>The same of R.</summary>
    public Middle? ApartRatioError => OfMost(Rounds.Select(static round => round.ApartRatio - round.MeasuredRatio));

    /// <summary>Whether the machine was busy with other things, so that the errors say nothing of the projection.</summary>
    public bool IsTooNoisy => DisturbedRounds > MostDisturbedRounds * Rounds.Count || MeasuredProcessors < EnoughProcessors * (1 + Engines);

    /// <summary>Whether the rounds differ so much that an error may as well be within what it may be as not.</summary>
    public bool IsScattered => IsOpen(ThroughputError) || IsOpen(RatioError);

    /// <summary>Whether both errors are at most 3 %, on a machine that could tell.</summary>
    public bool Holds => !IsTooNoisy && !IsScattered && Math.Abs(ThroughputError.Median) <= Goal && Math.Abs(RatioError.Median) <= Goal;

    /// <summary>The verdict in a word or a sentence.</summary>
    public string Verdict => (IsTooNoisy, IsScattered, Holds) switch
    {
        (true, _, _) => string.Create(CultureInfo.InvariantCulture, $"no verdict: others used the machine, {DisturbedRounds} of {Rounds.Count} rounds were disturbed and the measured ones had {MeasuredProcessors:F2} of {1 + Engines} processors"),
        (_, true, _) => string.Create(CultureInfo.InvariantCulture, $"no verdict: the machine changes too much from round to round, the errors are known to {100 * ThroughputError.HalfWidth:F1} % and {100 * RatioError.HalfWidth:F1} points only; take more rounds with --repeat"),
        (_, _, true) => "holds",
        _ => "missed",
    };

    /// <summary>Whether rounds are enough: by how much they differ, and not by what they say.</summary>
    internal static bool IsPrecise(IReadOnlyList<VerifiedRound> rounds) => Math.Max(ThroughputErrorOf(rounds).HalfWidth, RatioErrorOf(rounds).HalfWidth) <= Precision;

    private static Middle ThroughputErrorOf(IEnumerable<VerifiedRound> rounds) => Middle.Of(rounds.Select(static round => round.ThroughputError));

    private static Middle RatioErrorOf(IEnumerable<VerifiedRound> rounds) => Middle.Of(rounds.Select(static round => round.RatioError));

    private Middle? OfMost(IEnumerable<double?> errors)
    {
        double[] known = [.. errors.OfType<double>()];
        return 2 * known.Length > Rounds.Count ? Middle.Of(known) : null;
    }

    private Middle Of(Func<VerifiedRound, double> figure) => Middle.Of(Rounds.Select(figure));

    // What is far out is out, however wide its interval.
    private static bool IsOpen(Middle error) => error.HalfWidth > Goal && Math.Abs(error.Median) - error.HalfWidth <= Goal;
}
