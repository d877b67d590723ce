using IpsecDp.Modelling.Activity;
using IpsecDp.Modelling.Search;

namespace Offload.Tests.Modelling.Activity;

public sealed class ConclusionsTests
{
    [Fact]
    public void Of_QuietMachine_SaysThatTheShareRisesAndWhy()
    {
        var sentences = Conclusions.Of(MeasurementSample.Of(SweepKind.Rate, (1, 0.30), (100, 0.60)));

        Assert.Contains(sentences, sentence => sentence.Contains("never falls passes through every 95 % interval", StringComparison.Ordinal));
        Assert.Contains(sentences, sentence => sentence.StartsWith("Why: ", StringComparison.Ordinal) && sentence.Contains("If the hand-over cost nothing", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0.03, 0.0)]
    [InlineData(0.0, 0.2)]
    public void Of_NoisyMachine_ConcludesNothing(double steal, double others)
    {
        var noise = new NoiseFigures { StealShare = steal, OthersShare = others };
        var quiet = MeasurementSample.Of(SweepKind.Rate, (1, 0.30), (100, 0.60));
        var noisy = quiet with { Capacities = [], Points = [.. quiet.Points.Select(point => point with { Trials = [.. point.Trials.Select(trial => trial with { Noise = noise })] })] };

        var sentence = Assert.Single(Conclusions.Of(noisy));
        Assert.StartsWith("Nothing is concluded: 2 of 2 trials", sentence, StringComparison.Ordinal);
        Assert.False(Conclusions.IsQuietEnough(noisy));
        Assert.True(Conclusions.IsQuietEnough(quiet));
    }

    [Fact]
    public void Of_FallingShare_SaysThatNoSuchCurvePasses() =>
        Assert.Contains(Conclusions.Of(MeasurementSample.Of(SweepKind.Rate, (1, 0.60), (100, 0.30))), sentence => sentence.Contains("no curve that never falls", StringComparison.Ordinal));

    [Fact]
    public void Of_NoEngines_NamesTheProjection()
    {
        var sample = MeasurementSample.Of(SweepKind.Rate, (1, 0), (100, 0));

        Assert.Contains(Conclusions.Of(sample with { Setup = sample.Setup with { Engines = 0 } }), sentence => sentence.Contains("IIPCP", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_EndedOrNotBracketed_SaysSo()
    {
        var goal = new SearchGoal(0, 1, 3, 0.5, 0.05);
        var sample = MeasurementSample.Of(SweepKind.Rate) with { IsInterrupted = true, Capacities = [new CapacityFigures(0, 10, [new GoalResult(goal, 5, null, 5), new GoalResult(goal, null, 1, null)], 2, 0)] };

        var sentences = Conclusions.Of(sample);

        Assert.Contains(sentences, sentence => sentence.StartsWith("It was ended before its time", StringComparison.Ordinal));
        Assert.Contains(sentences, sentence => sentence.Contains("is not bracketed", StringComparison.Ordinal));
        Assert.Contains(sentences, sentence => sentence.StartsWith("No rate without loss was found down to 0.0 thousand packets a second", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_NoRateKeptAnyGoal_SaysWhatHundredPercentIsInstead()
    {
        var (none, few) = (new SearchGoal(0, 1, 3, 0.5, 0.05), new SearchGoal(0.005, 1, 3, 0.5, 0.05));
        var capacity = new CapacityFigures(0, 90_000, [new GoalResult(none, null, 1_500, null), new GoalResult(few, null, 1_500, null)], 2, 0);
        var sample = MeasurementSample.Of(SweepKind.Rate) with { Capacities = [capacity] };

        Assert.Equal(90_000, capacity.Hundred);
        Assert.Contains(Conclusions.Of(sample), sentence => sentence.StartsWith("100 % is therefore what arrives under overload, 90.0 thousand packets a second", StringComparison.Ordinal));
        Assert.Contains(Conclusions.Of(sample), sentence => sentence.Contains("was found down to 1.5 thousand", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_RateThatKeptTheLooserGoalOnly_IsHundredPercentAndSaysNothingOfOverload()
    {
        var (none, few) = (new SearchGoal(0, 1, 3, 0.5, 0.05), new SearchGoal(0.005, 1, 3, 0.5, 0.05));
        var capacity = new CapacityFigures(0, 90_000, [new GoalResult(none, null, 1_500, null), new GoalResult(few, 60_000, 62_000, 59_900)], 2, 0);

        Assert.Equal(59_900, capacity.Hundred);
        Assert.DoesNotContain(Conclusions.Of(MeasurementSample.Of(SweepKind.Rate) with { Capacities = [capacity] }), sentence => sentence.Contains("overload", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_SeveralClassesUnderSaturation_SaysWhatBecomesOfEeHigh()
    {
        var sample = MeasurementSample.Of(SweepKind.Rate, (10, 0.30), (100, 0.60), (160, 0.60));
        var under = ClassUnderSaturation.Of(sample.Points);

        Assert.Equal([(100.0, 190.0, 1.9), (160.0, 250.0, 2.5)], under.Select(entry => (entry.Percent, entry.P99, entry.Times)));
        Assert.All(under, entry => Assert.Equal((10.0, 100.0, 0L, 0L), (entry.LightestPercent, entry.LightestP99, entry.Lost, entry.Reordered)));
        Assert.Contains(
            Conclusions.Of(sample with { UnderSaturation = under }),
            sentence => sentence.StartsWith("EE high under saturation, at 160 % of capacity: p99 250 µs, 2.5 × unloaded (100 µs at 10 %), lost 0,", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_OneClassOrNoLighterLoad_SaysNothingOfEeHigh()
    {
        var points = MeasurementSample.Of(SweepKind.Rate, (10, 0.30), (100, 0.60)).Points;

        Assert.Empty(ClassUnderSaturation.Of([.. points.Select(point => point with { Trials = [.. point.Trials.Select(trial => trial with { Classes = [trial.Classes[0]] })] })]));
        Assert.Empty(ClassUnderSaturation.Of([points[1]]));
        Assert.Empty(ClassUnderSaturation.Of([points[0]]));
    }
}
