using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Modelling.Projection;
using IpsecDp.Modelling.Simulation;
using IpsecDp.Modelling.Statistics;
using Offload.Tests.Modelling.Simulation;

namespace Offload.Tests.Modelling.Projection;

/// <summary>Calibration, projection and verification on a line whose costs are known.</summary>
public sealed class ProjectionTests
{
    private static readonly TimeSpan Trial = TimeSpan.FromMilliseconds(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Calibration_finds_the_costs_the_line_has()
    {
        var path = Calibrate(new PlayedLine()).Mean().Path;
        AssertClose(SimulatedLine.Costs.Run, path.Run);
        AssertClose(SimulatedLine.Costs.RunRemote, path.RunRemote);
        AssertClose(SimulatedLine.Costs.AdmitRemote, path.AdmitRemote);
        AssertClose(SimulatedLine.Costs.DeliverRemote, path.DeliverRemote);
        Assert.Equal(20, path.Receive.PerPacket, 0.5);
    }

    [Fact]
    public void A_projection_from_runs_without_engines_holds_with_them()
    {
        var line = new PlayedLine();
        var result = ProjectionVerifier.Verify(line, SimulatedLine.HandOver, engines: 1, rounds: 2, Trial, progress: null, Cancellation);
        Assert.True(result.Holds, $"{result.Verdict}: {result.ThroughputError.Median:P2}, {result.RatioError.Median:F4}");
    }

    /// <summary>The twin: what calibration could not see makes the verification miss.</summary>
    [Fact]
    public void A_line_that_is_dearer_with_engines_than_calibrated_misses()
    {
        var line = new PlayedLine(surprise: 1.4);
        var result = ProjectionVerifier.Verify(line, SimulatedLine.HandOver, engines: 1, rounds: 2, Trial, progress: null, Cancellation);
        Assert.False(result.Holds);
        Assert.Equal("missed", result.Verdict);
    }

    [Fact]
    public void Work_in_place_that_is_dearer_beside_an_engine_is_calibrated_there()
    {
        var line = new PlayedLine(beside: 1.5);
        var result = ProjectionVerifier.Verify(line, SimulatedLine.HandOver, engines: 1, rounds: 2, Trial, progress: null, Cancellation);
        Assert.Equal(1.5, result.Costs.Mean().RunBesideEngines, 0.03);
        Assert.True(result.Holds, $"{result.Verdict}: {result.ThroughputError.Median:P2}, {result.RatioError.Median:F4}");
    }

    /// <summary>The twin: with what work in place costs where no engine is, the projection misses.</summary>
    [Fact]
    public void What_work_in_place_costs_alone_projects_too_much_beside_an_engine()
    {
        var line = new PlayedLine(beside: 1.5);
        var result = ProjectionVerifier.Verify(line, SimulatedLine.HandOver, engines: 1, rounds: 2, Trial, progress: null, Cancellation);
        var alone = result.Costs with { Rounds = [.. result.Costs.Rounds.Select(static round => round with { RunBesideEngines = 1 })] };
        var point = new Projector(alone, ProjectionVerifier.RequestFor(line, 1)).At(8e6, isWakingFree: false, Cancellation);
        Assert.True(point.Delivered.Mean > (1 + VerificationResult.Goal) * result.MeasuredThroughput.Median);
    }

    [Fact]
    public void Rounds_in_which_the_machine_changed_its_speed_are_replaced()
    {
        var line = new PlayedLine(slower: run => run < 20 ? 0.25 : 0);
        var result = ProjectionVerifier.Verify(line, SimulatedLine.HandOver, engines: 1, rounds: 2, Trial, progress: null, Cancellation);
        Assert.Equal(1, result.DiscardedRounds);
        Assert.Equal(0, result.DisturbedRounds);
        Assert.All(result.Trials, static trial => Assert.Equal(0, trial.Shortfall));
    }

    /// <summary>The twin: as much as two looks at the same machine differ by replaces nothing.</summary>
    [Fact]
    public void Rounds_in_which_the_speed_hardly_changed_count()
    {
        var line = new PlayedLine(slower: _ => 0.1);
        var result = ProjectionVerifier.Verify(line, SimulatedLine.HandOver, engines: 1, rounds: 2, Trial, progress: null, Cancellation);
        Assert.Equal(0, result.DiscardedRounds);
        Assert.Equal((ulong)CostCalibration.TrialsOf(2, 1), line.Runs);
    }

    [Fact]
    public void Rounds_that_others_disturbed_are_taken_again()
    {
        var line = new PlayedLine(taken: run => run < 20 ? 1 : 0);
        var result = ProjectionVerifier.Verify(line, SimulatedLine.HandOver, engines: 1, rounds: 2, Trial, progress: null, Cancellation);
        Assert.Equal(0, result.Costs.DisturbedRounds);
        Assert.All(result.Trials, trial => Assert.False(trial.IsDisturbed));
        Assert.True(result.Holds, result.Verdict);
    }

    /// <summary>The twin: where every round is disturbed the same errors conclude nothing.</summary>
    [Fact]
    public void Where_all_rounds_are_disturbed_there_is_no_verdict()
    {
        var line = new PlayedLine(taken: run => 1 + (1.0 / run));
        var result = ProjectionVerifier.Verify(line, SimulatedLine.HandOver, engines: 1, rounds: 1, Trial, progress: null, Cancellation);
        Assert.Equal(1, result.DisturbedRounds);
        Assert.True(Math.Abs(result.ThroughputError.Median) < VerificationResult.Goal);
        Assert.StartsWith("no verdict", result.Verdict, StringComparison.Ordinal);

        // The least disturbed one counts, which here is the latest of its four attempts.
        Assert.All(result.Trials, trial => Assert.InRange(trial.TakenShare, 1, 1.0 + (1.0 / 12)));
        Assert.Equal(2UL * (ulong)CostCalibration.TrialsOf(1, 1), line.Runs);
    }

    [Fact]
    public void On_a_quiet_machine_no_trial_is_taken_twice_and_progress_ends_with_the_last()
    {
        var line = new PlayedLine();
        var told = new Told();
        _ = ProjectionVerifier.Verify(line, SimulatedLine.HandOver, engines: 1, rounds: 2, Trial, told, Cancellation);
        Assert.Equal((ulong)CostCalibration.TrialsOf(2, 1), line.Runs);
        Assert.Equal([.. Enumerable.Range(1, 27).Select(trial => trial / 27.0)], told.Shares);
    }

    [Fact]
    public void Rounds_that_differ_among_themselves_conclude_nothing_unless_they_are_all_far_out()
    {
        var result = ProjectionVerifier.Verify(new PlayedLine(), SimulatedLine.HandOver, engines: 1, rounds: 2, Trial, progress: null, Cancellation);
        VerificationResult Of(params double[] errors) => result with { Rounds = [.. errors.Select(static error => new VerifiedRound(100 * (1 + error), 100, 0.8, 0.8))] };
        Assert.Equal("holds", Of(0.01, 0.02, -0.01, 0.02).Verdict);
        Assert.StartsWith("no verdict: the machine changes", Of(0.01, 0.2, -0.2, 0.02).Verdict, StringComparison.Ordinal);
        Assert.StartsWith("no verdict: the machine changes", Of(0.01).Verdict, StringComparison.Ordinal);
        Assert.Equal("missed", Of(0.5, 0.6, 0.7, 0.6).Verdict);
        Assert.Equal("missed", Of(0.04, 0.05, 0.04, 0.05).Verdict);
    }

    /// <summary>A round far out is one of many, where a mean would follow it.</summary>
    [Fact]
    public void The_middle_round_counts()
    {
        var middle = Middle.Of([0.01, 9, 0.02, 0.03, 0.02]);
        Assert.Equal(0.02, middle.Median, 1e-12);
        Assert.Equal(1.57 * 0.01 / Math.Sqrt(5), middle.HalfWidth, 1e-12);
        Assert.Equal(0.025, Middle.Of([0.02, 0.03]).Median, 1e-12);
    }

    [Fact]
    public void On_a_machine_others_use_there_is_no_verdict()
    {
        var line = new PlayedLine();
        var result = ProjectionVerifier.Verify(line, SimulatedLine.HandOver, engines: 1, rounds: 1, Trial, progress: null, Cancellation);
        var noisy = result with { MeasuredProcessors = 1.2 };
        Assert.False(noisy.Holds);
        Assert.StartsWith("no verdict", noisy.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void A_projection_shows_what_wake_ups_cost_and_what_would_be_without()
    {
        var line = new PlayedLine();
        var request = ProjectionVerifier.RequestFor(line, 2) with { Replications = 2, PacketsPerRun = 20_000, Loads = [0.0002, 0.5, 2] };
        var result = new Projector(Calibrate(line), request).Project(Cancellation);
        Assert.True(result.Points[0].WakeUpProcessors.Mean > 0);
        Assert.True(result.PointsWithoutWakeUps[0].Processors[CpuAccount.HandOver].Mean < result.Points[0].Processors[CpuAccount.HandOver].Mean);
        Assert.True(result.Capacity.WithoutLoss.Mean <= result.Capacity.Knee.Mean);
        Assert.True(result.Points[2].Loss.Mean > 0.3);
        Assert.True(double.IsFinite(result.Points[1].Latencies[0].P99.Mean));
        Assert.Equal(100 * result.Points[1].Processors[CpuAccount.EligibleOnGeneral].Mean, result.Points[1].ApplIipCp.Mean, 0.01);
    }

    [Fact]
    public void More_engines_are_asked_for_where_more_is_offered()
    {
        var costs = CostCalibration.Measure(new PlayedLine(), rounds: 1, Trial, SimulatedLine.HandOver.WithoutWakeUps, progress: null, Cancellation);
        var request = ProjectionVerifier.RequestFor(new PlayedLine(), 1) with
        {
            Topology = new EngineTopology(4, 1) { IsPinned = false },
            Replications = 1,
            PacketsPerRun = 40_000,
        };
        request = request with { Mix = [request.Mix[0] with { Associations = 16 }] };
        var few = Projector.EnginesFor(costs, request, 2e6, ratio: 0.95, most: 32, Cancellation);
        var many = Projector.EnginesFor(costs, request, 1.2e7, ratio: 0.95, most: 32, Cancellation);
        Assert.True(few < many, $"{few} and {many}");
        Assert.Null(Projector.EnginesFor(costs, request, 1e8, ratio: 0.95, most: 32, Cancellation));
    }

    [Fact]
    public void Costs_are_the_same_after_their_journey_as_JSON_and_broken_ones_are_refused()
    {
        var costs = Calibrate(new PlayedLine());
        var json = costs.ToJson();
        Assert.Equal(json, CostModel.Parse(json).ToJson());
        Assert.Throws<ArgumentException>(() => CostModel.Parse(json.Replace("\"general\": ", "\"general\": -", StringComparison.Ordinal)));
        Assert.Throws<ArgumentException>(() => CostModel.Parse(json.Replace("\"runBesideEngines\": ", "\"runBesideEngines\": -", StringComparison.Ordinal)));
        Assert.Throws<System.Text.Json.JsonException>(() => CostModel.Parse(json[..^10]));
    }

    [Fact]
    public void Impossible_questions_are_refused()
    {
        var costs = Calibrate(new PlayedLine());
        var request = ProjectionVerifier.RequestFor(new PlayedLine(), 1);
        Assert.Throws<ArgumentException>(() => new Projector(costs, request with { Topology = new EngineTopology(0, 1) }));
        Assert.Throws<ArgumentException>(() => new Projector(costs, request with { Mix = [] }));
        Assert.Throws<ArgumentException>(() => new Projector(costs with { Rounds = [] }, request));
    }

    [Fact]
    public void Waking_a_real_engine_takes_time()
    {
        var (submitter, latency) = HandOverCalibration.Wake(5, [], Cancellation);
        Assert.True(submitter > 0);
        Assert.True(latency > 0);
    }

    private static CostModel Calibrate(PlayedLine line) => CostCalibration.Measure(line, rounds: 2, Trial, SimulatedLine.HandOver, progress: null, Cancellation);

    private sealed class Told : IProgress<double>
    {
        public List<double> Shares { get; } = [];

        public void Report(double value) => Shares.Add(value);
    }

    // Of a full batch, where a projection is asked for.
    private static void AssertClose(StageCost expected, StageCost actual) =>
        Assert.Equal(expected.Mean(64, 0), actual.Mean(64, 0), 0.02 * expected.Mean(64, 0));
}
