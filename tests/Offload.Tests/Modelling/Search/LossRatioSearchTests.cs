using IpsecDp.Modelling.Search;

namespace Offload.Tests.Modelling.Search;

public sealed class LossRatioSearchTests
{
    private const int MostTrials = 500;

    private static readonly SearchGoal NoLoss = new(0, 1, 3, 0.5, 0.02);
    private static readonly SearchGoal HalfPercent = new(0.005, 1, 3, 0.5, 0.02);

    // Below the limit nothing is lost, above it what exceeds it.
    private static double HardLimit(double load, double limit) => load <= limit ? 0 : 1 - (limit / load);

    [Theory]
    [InlineData(1_000, 700)]
    [InlineData(123_456, 900_000)]
    [InlineData(999_999, 1_000_000)]
    public void Next_HardLimit_BracketsItForBothGoals(double limit, double guess)
    {
        var search = Run(new LossRatioSearch([HalfPercent, NoLoss], 10, 2_000_000, guess), load => HardLimit(load, limit));

        Assert.All(search.Results, result => Assert.True(result.IsRegular));
        var (none, half) = (search.Results[0], search.Results[1]);
        Assert.Equal(0, none.Goal.LossRatio);
        Assert.InRange(limit, none.LowerBound!.Value, none.UpperBound!.Value);
        Assert.InRange(limit / 0.995, half.LowerBound!.Value, half.UpperBound!.Value);
        Assert.Equal(none.LowerBound, none.Throughput);
        Assert.True(half.Throughput <= limit * 1.000001);
    }

    // One trial in five is spoilt by something else: two of three good ones still decide.
    [Fact]
    public void Next_RareDisturbance_DecidesNothing()
    {
        var at = 0;
        var search = Run(new LossRatioSearch([NoLoss], 10, 10_000, 5_000), load => ++at % 5 == 0 ? 0.3 : HardLimit(load, 4_000));

        Assert.InRange(4_000, search.Results[0].LowerBound!.Value, search.Results[0].UpperBound!.Value);
    }

    [Fact]
    public void Next_AlwaysLossy_EndsAtTheLeastRateWithoutALowerBound()
    {
        var search = Run(new LossRatioSearch([NoLoss], 100, 10_000, 5_000), _ => 0.5);

        Assert.Equal(100, search.Results[0].UpperBound);
        Assert.Null(search.Results[0].LowerBound);
        Assert.Null(search.Results[0].Throughput);
        Assert.False(search.Results[0].IsRegular);
    }

    [Fact]
    public void Next_NeverLossy_EndsAtTheHighestRateWithoutAnUpperBound()
    {
        var search = Run(new LossRatioSearch([NoLoss], 100, 10_000, 5_000), _ => 0);

        Assert.Equal(10_000, search.Results[0].LowerBound);
        Assert.Null(search.Results[0].UpperBound);
        Assert.False(search.Results[0].IsRegular);
    }

    // RFC 9971, Relevant Lower Bound: what kept the goal above a rate that broke it is a fluke.
    [Fact]
    public void Results_LossInversion_TakesTheLowerOne()
    {
        var search = new LossRatioSearch([NoLoss], 100, 10_000, 5_000);
        for (var i = 0; i < 3; i++)
        {
            search.Add(new TrialResult(1_000, 1, 0));
            search.Add(new TrialResult(2_000, 1, 0.1));
            search.Add(new TrialResult(4_000, 1, 0));
        }

        Assert.Equal(1_000, search.Results[0].LowerBound);
        Assert.Equal(2_000, search.Results[0].UpperBound);
    }

    [Fact]
    public void Constructor_ImpossibleGoal_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LossRatioSearch([NoLoss with { ExceedRatio = 1 }], 1, 2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LossRatioSearch([NoLoss with { Width = 0 }], 1, 2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LossRatioSearch([NoLoss], 0, 2, 1));
    }

    private static LossRatioSearch Run(LossRatioSearch search, Func<double, double> lossAt)
    {
        while (search.Next() is var (load, seconds))
        {
            Assert.True(search.Count < MostTrials, "the search does not end");
            search.Add(new TrialResult(load, seconds, lossAt(load)));
        }

        return search;
    }
}
