using IpsecDp.Engines;
using IpsecDp.Modelling.Simulation;

namespace IpsecDp.Modelling.Projection;

/// <summary>Projects a real line from calibration rounds, in which an engine shares the work too, runs it with engines, and says how far the two are apart; and how far without the trials that share it.</summary>
public static class ProjectionVerifier
{
    /// <summary>One verification with so many rounds or more, a trial of each kind in each of them; the trials with engines have no part in the projection. Where the rounds differ much, others follow until the errors are known well enough, at most as many trials more as were planned. Throws <see cref="CalibrationException"/> where too few rounds are such that anything can be projected from them.</summary>
    public static VerificationResult Verify(ILineUnderTest line, int engines, int rounds, TimeSpan trial, IProgress<double>? progress, CancellationToken cancellation) =>
        Verify(line, CostCalibration.MeasureWakeUps(cancellation), engines, rounds, trial, progress, cancellation);

    /// <summary>The same with costs of waking that are known.</summary>
    public static VerificationResult Verify(ILineUnderTest line, HandOverCosts wakeUps, int engines, int rounds, TimeSpan trial, IProgress<double>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(line);
        ArgumentOutOfRangeException.ThrowIfLessThan(engines, 1);
        var calibration = new CalibrationRounds(line, wakeUps, engines, rounds, trial, progress, cancellation);
        var request = RequestFor(line, engines) with { IsShared = true };

        VerifiedRound Verified(TakenRound round)
        {
            // What passes of a mix hangs on how much more is offered.
            var measured = round.WithEngines!;
            ProjectedPoint From(TakenRound calibrated) =>
                new Projector(CostCalibration.ModelOf(line, [calibrated], wakeUps), request with { Replications = 1 }).At(OfferedIn(measured), isWakingFree: false, cancellation);
            var point = From(round);
            var apart = round.Apart.RefusalOf(line.Path, wakeUps) is null ? From(round.Apart) : null;
            return new VerifiedRound(point.Delivered.Mean, measured.PacketsPerSecond, point.RatioByTime.Mean, measured.RatioByTime)
            {
                ApartThroughput = apart?.Delivered.Mean,
                ApartRatio = apart?.RatioByTime.Mean,
            };
        }

        var taken = calibration.Take();
        List<VerifiedRound> verified = [.. taken.Select(Verified)];
        while (!VerificationResult.IsPrecise(verified) && calibration.TakeAnother() is { } another)
        {
            taken.Add(another);
            verified.Add(Verified(another));
        }

        var costs = CostCalibration.ModelOf(line, taken, wakeUps);
        LineTrial[] trials = [.. taken.Select(static round => round.WithEngines!)];
        return new VerificationResult(engines, verified, trials.Average(static measured => measured.Processors), costs.DisturbedRounds)
        {
            Projected = new Projector(costs, request).At(trials.Average(OfferedIn), isWakingFree: false, cancellation),
            DiscardedRounds = calibration.Discarded,
            SenselessRounds = calibration.Senseless,
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
            Mix = line.Streams,
        };
    }

    private static double OfferedIn(LineTrial trial) => trial.Offered / trial.Cpu.Wall.TotalSeconds;
}
