using System.Diagnostics;
using IpsecDp.Engines;
using IpsecDp.Modelling.Simulation;

namespace IpsecDp.Modelling.Projection;

/// <summary>Measures what the product costs on this machine: a real line without engines, and short runs in which every job moves to another processor.</summary>
public static class CostCalibration
{
    private const int WakeUps = 201;
    private const int Polls = 1000;
    private const int PausesPerLook = 20;

    /// <summary>How many trials so many rounds are, where others disturb none; at most twice as many are taken.</summary>
    public static int TrialsOf(ILineUnderTest line, int rounds, int engines) => CalibrationRounds.TrialsOf(line, rounds, engines);

    /// <summary>So many rounds behind one that warms up and does not count; trials that others disturbed are taken again, in all at most as many as were planned. Tells after each trial which share is done, and throws <see cref="CalibrationException"/> where too few rounds are such that anything can be projected from them.</summary>
    public static CostModel Measure(ILineUnderTest line, int rounds, TimeSpan trial, IProgress<double>? progress, CancellationToken cancellation) =>
        Measure(line, rounds, trial, MeasureWakeUps(cancellation), progress, cancellation);

    /// <summary>The same with costs of waking that are known.</summary>
    public static CostModel Measure(ILineUnderTest line, int rounds, TimeSpan trial, HandOverCosts wakeUps, IProgress<double>? progress, CancellationToken cancellation) =>
        ModelOf(line, new CalibrationRounds(line, wakeUps, engines: 0, rounds, trial, progress, cancellation).Take(), wakeUps);

    /// <summary>What waking an engine costs on this machine, and how long a thread that waits awake needs to see something.</summary>
    public static HandOverCosts MeasureWakeUps(CancellationToken cancellation)
    {
        var (submitter, latency) = HandOverCalibration.Wake(WakeUps, [], cancellation);
        var start = Stopwatch.GetTimestamp();
        for (var look = 0; look < Polls; look++)
        {
            Thread.SpinWait(PausesPerLook);
            Thread.Yield();
        }

        return new HandOverCosts
        {
            Wake = submitter,
            WakeLatency = latency,
            LongestSpin = new EnginePoolModel { Engines = 1 }.LongestSpin.TotalNanoseconds,
            PollGap = Stopwatch.GetElapsedTime(start).TotalNanoseconds / Polls,
        };
    }

    /// <summary>The costs that follow from rounds; the trials with engines among them have no part in it.</summary>
    internal static CostModel ModelOf(ILineUnderTest line, IReadOnlyList<TakenRound> rounds, HandOverCosts wakeUps) => new()
    {
        Machine = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} processors"),
        Load = line.Path,
        Octets = line.Octets,
        RingLength = line.RingLength,
        BatchSize = line.BatchSize,
        RoutineBatchSize = line.RoutineBatchSize,
        DisturbedRounds = rounds.Count(static round => round.IsDisturbed),
        Neighbour = NeighbourFactors.Median([.. rounds.Select(static round => round.Calibration.Neighbour)]),
        Rounds = [.. rounds.Select(round => round.Calibration.ToCosts(line.Path, wakeUps))],
    };
}
