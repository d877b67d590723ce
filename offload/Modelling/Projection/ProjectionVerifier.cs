using IpsecDp.Engines;
using IpsecDp.Modelling.Simulation;

namespace IpsecDp.Modelling.Projection;

/// <summary>Projects a real line from runs without engines, runs it with them, and says how far the two are apart.</summary>
public static class ProjectionVerifier
{
    /// <summary>One verification with so many rounds, a trial of each kind in each of them; the trials with engines have no part in the projection.</summary>
    public static VerificationResult Verify(ILineUnderTest line, int engines, int rounds, TimeSpan trial, IProgress<double>? progress, CancellationToken cancellation) =>
        Verify(line, CostCalibration.MeasureWakeUps(cancellation), engines, rounds, trial, progress, cancellation);

    /// <summary>The same with costs of waking that are known.</summary>
    public static VerificationResult Verify(ILineUnderTest line, HandOverCosts wakeUps, int engines, int rounds, TimeSpan trial, IProgress<double>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(line);
        ArgumentOutOfRangeException.ThrowIfLessThan(engines, 1);
        var calibration = new CalibrationRounds(line, engines, rounds, trial, progress, cancellation);
        var taken = calibration.Take();
        var costs = CostCalibration.ModelOf(line, taken, wakeUps);
        LineTrial[] trials = [.. taken.Select(static round => round.WithEngines!)];

        // Beyond the knee it delivers what it does at the knee, so that it matters little how far beyond.
        var offered = trials.Average(static measured => measured.Offered / measured.Cpu.Wall.TotalSeconds);
        var request = RequestFor(line, engines);

        VerifiedRound Verified(TakenRound round)
        {
            var measured = round.WithEngines!;
            var point = new Projector(costs with { Rounds = [round.Calibration.ToCosts(line.Path, wakeUps)] }, request with { Replications = 1 }).At(offered, isWakingFree: false, cancellation);
            return new VerifiedRound(point.Delivered.Mean, measured.PacketsPerSecond, point.RatioByTime.Mean, measured.RatioByTime);
        }

        return new VerificationResult(engines, [.. taken.Select(Verified)], trials.Average(static measured => measured.Processors), costs.DisturbedRounds)
        {
            Projected = new Projector(costs, request).At(offered, isWakingFree: false, cancellation),
            DiscardedRounds = calibration.Discarded,
            Trials = trials,
            Costs = costs,
            Calibration = [.. taken.Select(static round => round.Calibration)],
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
