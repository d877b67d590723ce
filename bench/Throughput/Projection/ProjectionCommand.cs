using System.Globalization;
using IpsecDp.Engines.Accounting;
using IpsecDp.Modelling.Projection;
using IpsecDp.Modelling.Simulation;

namespace IpsecDp.Throughput.Projection;

/// <summary>The verb <c>projection</c>: measures the line without engines, projects it with them, runs it with them, and prints how far both are apart, several times.</summary>
internal static class ProjectionCommand
{
    private const string Runs = "--runs";
    private const string Rounds = "--rounds";
    private const string Trial = "--trial-ms";
    private const string Engines = "--engines";
    private const string Free = "--free";
    private const string Costs = "--costs";

    /// <summary>Measures and prints; 1 when a run missed the goal.</summary>
    public static int Run(ReadOnlySpan<string> words, TextWriter output)
    {
        var arguments = new Arguments(words, [Runs, Rounds, Trial, Engines, Costs], [Free]);
        var trial = TimeSpan.FromMilliseconds(arguments.Number(Trial, 100, 1));
        var (runs, rounds) = ((int)arguments.Number(Runs, 5, 1), (int)arguments.Number(Rounds, 5, 1));
        var engines = (int)arguments.Number(Engines, 1, 1);
        using var line = new SealedLine(!arguments.Has(Free));
        var held = 0;
        for (var run = 1; run <= runs; run++)
        {
            var costs = CostCalibration.Measure(line, rounds, trial, progress: null, CancellationToken.None);
            if (arguments.Has(Costs))
            {
                File.WriteAllText(arguments.Words(Costs, "")[0], costs.ToJson());
            }

            var result = ProjectionVerifier.Verify(line, costs, engines, rounds, trial, CancellationToken.None);
            held += result.Holds ? 1 : 0;
            Print(output, run, costs, result);
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{held} of {runs} runs within {VerificationResult.Goal:P0}"));
        return held == runs ? 0 : 1;
    }

    // Where an error comes from: the same accounts, projected and measured, of a packet at saturation.
    private static void PrintAccounts(TextWriter output, VerificationResult result)
    {
        foreach (var account in CpuAccounts.All)
        {
            var projected = 1e9 * result.Projected.Processors[account].Mean / result.ProjectedThroughput.Mean;
            var measured = result.Trials.Average(trial => trial.PerPacket(account));
            if (projected > 0 || measured > 0)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {account,-18} ns a packet projected {projected,6:F1}, measured {measured,6:F1}"));
            }
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    R by packets projected {result.Projected.RatioByPackets.Mean:F3}, measured {result.Trials.Average(trial => trial.RatioByPackets):F3}; wake-ups a second projected {result.Projected.WakeUps.Mean:F0}, measured {result.Trials.Average(trial => trial.WakeUps / trial.Cpu.Wall.TotalSeconds):F0}"));
    }

    private static void Print(TextWriter output, int run, CostModel costs, VerificationResult result)
    {
        var mean = costs.Mean();
        var path = mean.Path;
        string Cost(StageCost cost) => string.Create(CultureInfo.InvariantCulture, $"{cost.PerJob:F0} + {cost.PerPacket:F1} n");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"run {run}: ns a job of n packets, here / elsewhere: admit {Cost(path.Admit)} / {Cost(path.AdmitRemote)}, run {Cost(path.Run)} / {Cost(path.RunRemote)}, deliver {Cost(path.Deliver)} / {Cost(path.DeliverRemote)}; scatter {path.Run.Shape.Variation:F2}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  submit {mean.HandOver.Submit:F0}, take {mean.HandOver.Take:F0}, wake {mean.HandOver.Wake:F0} (there after {mean.HandOver.WakeLatency:F0}), poll {mean.HandOver.PollGap:F0}; beside a busy neighbour x {costs.NeighbourFactor:F3}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  Mpps projected {result.ProjectedThroughput.Mean / 1e6:F3} +- {result.ProjectedThroughput.HalfWidth / 1e6:F3}, measured {result.MeasuredThroughput.Mean / 1e6:F3} +- {result.MeasuredThroughput.HalfWidth / 1e6:F3}: error {result.ThroughputError:+0.0%;-0.0%}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  R by time projected {result.ProjectedRatio.Mean:F3} +- {result.ProjectedRatio.HalfWidth:F3}, measured {result.MeasuredRatio.Mean:F3} +- {result.MeasuredRatio.HalfWidth:F3}: error {result.RatioError:+0.000;-0.000}; {result.Verdict}"));
        PrintAccounts(output, result);
    }
}
