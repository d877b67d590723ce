using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Modelling.Projection;
using IpsecDp.Modelling.Simulation;
using Offload.Tests.Modelling.Simulation;

namespace Offload.Tests.Modelling.Projection;

/// <summary>Calibration, projection and verification on a line whose costs are known.</summary>
public sealed class ProjectionTests
{
    // The fewest whose middle is known to anything.
    private const int Rounds = 6;

    // The first floods, and a round that warms up; a round has three trials before those in turns.
    private const ulong RunsBefore = 12;

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
        var result = ProjectionVerifier.Verify(line, SimulatedLine.HandOver, engines: 1, rounds: Rounds, Trial, progress: null, Cancellation);
        Assert.True(result.Holds, $"{result.Verdict}: {result.ThroughputError.Median:P2}, {result.RatioError.Median:F4}");
    }

    /// <summary>The twin: what calibration could not see makes the verification miss.</summary>
    [Fact]
    public void A_line_that_is_dearer_with_engines_than_calibrated_misses()
    {
        var line = new PlayedLine(surprise: 1.4);
        var result = ProjectionVerifier.Verify(line, SimulatedLine.HandOver, engines: 1, rounds: Rounds, Trial, progress: null, Cancellation);
        Assert.False(result.Holds);
        Assert.Equal("missed", result.Verdict);
    }

    [Fact]
    public void Work_in_place_that_is_dearer_beside_an_engine_is_calibrated_there()
    {
        var line = new PlayedLine(beside: 1.5);
        var result = ProjectionVerifier.Verify(line, SimulatedLine.HandOver, engines: 1, rounds: Rounds, Trial, progress: null, Cancellation);
        Assert.Equal(1.5, result.Costs.Mean().RunBesideEngines, 0.03);
        Assert.True(result.Holds, $"{result.Verdict}: {result.ThroughputError.Median:P2}, {result.RatioError.Median:F4}");
    }

    /// <summary>From trials that share no work follows what sharing does not make dearer, and nothing else.</summary>
    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void Projection_from_trials_that_share_nothing_is_told_beside(double beside, bool isClose)
    {
        var result = ProjectionVerifier.Verify(new PlayedLine(beside: beside), SimulatedLine.HandOver, engines: 1, rounds: Rounds, Trial, progress: null, Cancellation);
        Assert.True(result.Holds);
        Assert.True(isClose == Math.Abs(result.ApartThroughputError!.Value.Median) < VerificationResult.Goal, $"{result.ApartThroughputError.Value.Median:P2}");
    }

    /// <summary>The twin: with what work in place costs where no engine is, the projection misses.</summary>
    [Fact]
    public void What_work_in_place_costs_alone_projects_too_much_beside_an_engine()
    {
        var line = new PlayedLine(beside: 1.5);
        var result = ProjectionVerifier.Verify(line, SimulatedLine.HandOver, engines: 1, rounds: Rounds, Trial, progress: null, Cancellation);
        var alone = result.Costs with { Rounds = [.. result.Costs.Rounds.Select(static round => round with { RunBesideEngines = 1 })] };
        var point = new Projector(alone, ProjectionVerifier.RequestFor(line, 1)).At(8e6, isWakingFree: false, Cancellation);
        Assert.True(point.Delivered.Mean > (1 + VerificationResult.Goal) * result.MeasuredThroughput.Median);
    }

    [Fact]
    public void Rounds_that_others_disturbed_are_taken_again()
    {
        var line = new PlayedLine(taken: run => run < 20 ? 1 : 0);
        var result = ProjectionVerifier.Verify(line, SimulatedLine.HandOver, engines: 1, rounds: Rounds, Trial, progress: null, Cancellation);
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
        Assert.Equal(2UL * (ulong)CostCalibration.TrialsOf(line, 1, 1), line.Runs);
    }

    [Fact]
    public void On_a_quiet_machine_no_trial_is_taken_twice_and_progress_ends_with_the_last()
    {
        var line = new PlayedLine();
        var told = new Told();
        var result = ProjectionVerifier.Verify(line, SimulatedLine.HandOver, engines: 1, rounds: Rounds, Trial, told, Cancellation);
        Assert.Equal((ulong)CostCalibration.TrialsOf(line, Rounds, 1), line.Runs);
        Assert.Equal(1, told.Shares[^1]);
        Assert.Equal(told.Shares.Order(), told.Shares);
        Assert.Equal(Rounds, result.Rounds.Count);
    }

    [Fact]
    public void Rounds_that_differ_among_themselves_conclude_nothing_unless_they_are_all_far_out()
    {
        var result = ProjectionVerifier.Verify(new PlayedLine(), SimulatedLine.HandOver, engines: 1, rounds: Rounds, Trial, progress: null, Cancellation);
        VerificationResult Of(params double[] errors) => result with { Rounds = [.. errors.Select(static error => new VerifiedRound(100 * (1 + error), 100, 0.8, 0.8))] };
        Assert.Equal("holds", Of(0.01, 0.02, -0.01, 0.02, 0.01, 0, 0.02, 0.01).Verdict);
        Assert.StartsWith("no verdict: the machine changes", Of(0.01, 0.2, -0.2, 0.02, 0.15, -0.15, 0.1, -0.1).Verdict, StringComparison.Ordinal);
        Assert.StartsWith("no verdict: the machine changes", Of(0.01).Verdict, StringComparison.Ordinal);
        Assert.Equal("missed", Of(0.5, 0.6, 0.7, 0.6, 0.5, 0.7, 0.6, 0.6).Verdict);
        Assert.Equal("missed", Of(0.04, 0.05, 0.04, 0.05, 0.04, 0.05, 0.04, 0.05).Verdict);
    }

    [Fact]
    public void Rounds_that_differ_much_are_followed_by_others_for_as_long_again()
    {
        var line = new PlayedLine(scatter: 0.3);
        var result = ProjectionVerifier.Verify(line, SimulatedLine.HandOver, engines: 1, rounds: Rounds, Trial, progress: null, Cancellation);
        Assert.True(result.Rounds.Count > Rounds);
        Assert.Equal(result.Rounds.Count, result.Trials.Count);
        Assert.Equal(0, result.DiscardedRounds);
        Assert.InRange(line.Runs, 9UL * (ulong)result.Rounds.Count, 2UL * (ulong)CostCalibration.TrialsOf(line, Rounds, 1));
    }

    [Fact]
    public void A_round_nothing_can_be_projected_from_is_replaced_and_counted()
    {
        var line = new PlayedLine(broken: static run => run == RunsBefore + 1);
        var result = ProjectionVerifier.Verify(line, SimulatedLine.HandOver, engines: 1, rounds: Rounds, Trial, progress: null, Cancellation);
        Assert.Equal((1, 0, Rounds), (result.SenselessRounds, result.DiscardedRounds, result.Rounds.Count));
        Assert.True(result.Holds, result.Verdict);
        Assert.Equal((ulong)CostCalibration.TrialsOf(line, Rounds, 1) + 9, line.Runs);
    }

    /// <summary>The twin: where too few are left, the calibration ends in a sentence that says what they found.</summary>
    [Fact]
    public void Where_nothing_can_be_projected_from_most_rounds_the_calibration_ends()
    {
        var line = new PlayedLine(broken: static run => run > RunsBefore);
        var refusal = Assert.Throws<CalibrationException>(() => ProjectionVerifier.Verify(line, SimulatedLine.HandOver, engines: 1, rounds: 2, Trial, progress: null, Cancellation));
        Assert.StartsWith("nothing can be projected from what 5 of 5 rounds found (", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("neighbour factors are numbers", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>One half may be such: then as many others were found as were asked for.</summary>
    [Fact]
    public void Where_half_of_the_rounds_make_sense_they_count()
    {
        var line = new PlayedLine(broken: static run => run > RunsBefore && (run - RunsBefore - 1) / 9 % 2 == 0);
        var costs = CostCalibration.ModelOf(line, new CalibrationRounds(line, SimulatedLine.HandOver, engines: 1, rounds: 2, Trial, progress: null, Cancellation).Take(), SimulatedLine.HandOver);
        Assert.Equal(2, costs.Rounds.Count);
        costs.Validate();
    }

    [Fact]
    public void The_run_with_engines_is_taken_in_turns_between_a_shorter_and_a_longer_queue()
    {
        var line = new PlayedLine();
        _ = ProjectionVerifier.Verify(line, SimulatedLine.HandOver, engines: 1, rounds: 1, Trial, progress: null, Cancellation);
        var usual = new NeedHelpRule();
        Assert.All(line.InTurns, setups =>
        {
            Assert.Equal([1, 1, 1], setups.Select(static setup => setup.Engines));
            Assert.Equal(usual, setups[1].Rule);
            Assert.True(setups[0].Rule.QueueDepth < usual.QueueDepth && usual.QueueDepth < setups[2].Rule.QueueDepth);
            Assert.Equal(usual.QueueOctets, Math.Sqrt((double)setups[0].Rule.QueueOctets * setups[2].Rule.QueueOctets), 2.0);
        });

        // The twin: a calibration alone has the queues and no run between them.
        var alone = new PlayedLine();
        _ = CostCalibration.Measure(alone, rounds: 1, Trial, SimulatedLine.HandOver, progress: null, Cancellation);
        Assert.All(alone.InTurns, static setups => Assert.Equal(2, setups.Count));
    }

    [Fact]
    public void What_others_take_of_the_processors_is_projected_where_it_was_calibrated_and_not_elsewhere()
    {
        var costs = Calibrate(new PlayedLine());
        var taken = costs with { Rounds = [.. costs.Rounds.Select(static round => round with { GeneralShare = 0.9, EngineShare = 0.9 })] };
        var request = ProjectionVerifier.RequestFor(new PlayedLine(), 1);
        double DeliveredBy(ProjectionRequest asked) => new Projector(taken, asked).At(8e6, isWakingFree: false, Cancellation).Delivered.Mean;
        Assert.Equal(0.9, DeliveredBy(request with { IsShared = true }) / DeliveredBy(request), 0.01);
        Assert.Throws<ArgumentException>(() => (taken with { Rounds = [taken.Rounds[0] with { EngineShare = 0.4 }] }).Validate());
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

        // The knee is what is delivered of what is offered (RFC 9971), of which half a per cent may be lost.
        Assert.True(result.Capacity.WithoutLoss.Mean * 0.995 <= result.Capacity.Knee.Mean);
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
