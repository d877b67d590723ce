using IpsecDp.Engines;
using IpsecDp.Modelling.Simulation;
using IpsecDp.Modelling.Statistics;

namespace IpsecDp.Modelling.Projection;

/// <summary>Projects a real line from runs without engines, runs it with them, and says how far the two are apart.</summary>
public static class ProjectionVerifier
{
    // Of what the line is projected to carry: enough to saturate, as at the knee and beyond the same is delivered.
    private const double Saturating = 3;

    /// <summary>One verification with so many rounds of calibration and of measurement, a trial each.</summary>
    public static VerificationResult Verify(ILineUnderTest line, int engines, int rounds, TimeSpan trial, IProgress<double>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(line);
        var costs = CostCalibration.Measure(line, rounds, trial, progress, cancellation);
        return Verify(line, costs, engines, rounds, trial, cancellation);
    }

    /// <summary>The same with costs that were measured before.</summary>
    public static VerificationResult Verify(ILineUnderTest line, CostModel costs, int engines, int rounds, TimeSpan trial, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(line);
        ArgumentNullException.ThrowIfNull(costs);
        var projector = new Projector(costs, RequestFor(line, engines));
        var capacity = projector.FindCapacity(isWakingFree: false, cancellation);
        var offered = Saturating * capacity.Knee.Mean;
        var point = projector.At(offered, isWakingFree: false, cancellation);
        List<LineTrial> trials = [];
        var quiet = new QuietTrials(line, trial, cancellation);
        for (var round = 0; round <= rounds; round++)
        {
            var measured = quiet.Take(new LineSetup(engines, new NeedHelpRule()), offered);
            if (round > 0)
            {
                trials.Add(measured);
            }
        }

        return new VerificationResult(
            engines,
            point.Delivered,
            Estimate.Of([.. trials.Select(measured => measured.PacketsPerSecond)]),
            point.RatioByTime,
            Estimate.Of([.. trials.Select(measured => measured.RatioByTime)]),
            trials.Average(measured => measured.Processors),
            costs.DisturbedTrials + quiet.DisturbedTrials)
        {
            Projected = point,
            Trials = trials,
        };
    }

    /// <summary>What the line carries on one general processor and so many engines.</summary>
    public static ProjectionRequest RequestFor(ILineUnderTest line, int engines)
    {
        ArgumentNullException.ThrowIfNull(line);
        return new ProjectionRequest
        {
            Topology = new EngineTopology(1, engines) { IsPinned = false },
            Mix = [new OfferedStream { Name = line.Path, Path = line.Path, PacketsPerSecond = 1, Octets = [line.Octets], Arrivals = ArrivalKind.Deterministic }],
        };
    }
}
