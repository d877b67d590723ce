using System.Diagnostics;
using IpsecDp.Engines;
using IpsecDp.Modelling.Simulation;

namespace IpsecDp.Modelling.Projection;

/// <summary>Measures what the product costs on this machine: a real line without engines, and short runs in which every job moves to another processor.</summary>
public static class CostCalibration
{
    // More than any line takes.
    private const double Flood = 1e9;

    // Of what a line takes when flooded.
    private const double Light = 0.1;

    private const int WakeUps = 201;
    private const int Polls = 1000;
    private const int PausesPerLook = 20;

    /// <summary>So many rounds of five trials each; the first round warms up and does not count. Tells after each trial which share is done.</summary>
    public static CostModel Measure(ILineUnderTest line, int rounds, TimeSpan trial, IProgress<double>? progress, CancellationToken cancellation)
    {
        var wakeUps = MeasureWakeUps(cancellation);
        return Measure(line, rounds, trial, wakeUps, progress, cancellation);
    }

    /// <summary>The same with costs of waking that are known.</summary>
    public static CostModel Measure(ILineUnderTest line, int rounds, TimeSpan trial, HandOverCosts wakeUps, IProgress<double>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(line);
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        List<CalibrationRound> measured = [];
        var trials = new QuietTrials(line, trial, cancellation);
        for (var round = 0; round <= rounds; round++)
        {
            var taken = Take(trials);
            progress?.Report((round + 1.0) / (rounds + 1));
            if (round > 0)
            {
                measured.Add(taken);
            }
        }

        return new CostModel
        {
            Machine = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} processors"),
            Load = line.Path,
            Octets = line.Octets,
            RingLength = line.RingLength,
            BatchSize = line.BatchSize,
            DisturbedTrials = trials.DisturbedTrials,
            NeighbourFactor = Median([.. measured.Select(round => round.NeighbourFactor)]),
            Rounds = [.. measured.Select(round => round.ToCosts(line.Path, wakeUps))],
        };
    }

    private static CalibrationRound Take(QuietTrials trials)
    {
        var rule = new NeedHelpRule();
        var moved = rule with { HonorPriority = false };
        var flooded = trials.Take(new LineSetup(0, rule), Flood);
        var light = Light * flooded.PacketsPerSecond;
        return new CalibrationRound(
            flooded,
            trials.Take(new LineSetup(0, rule), light),
            trials.Take(new LineSetup(0, rule, Lines: 2), Flood),
            trials.Take(new LineSetup(1, moved), Flood),
            trials.Take(new LineSetup(1, moved), light));
    }

    private static HandOverCosts MeasureWakeUps(CancellationToken cancellation)
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

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
