using IpsecDp.Peers.Statistics;

namespace Peers.Tests.Statistics;

public class RateSearchTests
{
    private const int MostTrials = 16;

    [Theory]
    [InlineData(1_000)]
    [InlineData(20_000)]
    [InlineData(150_000)]
    [InlineData(900_000)]
    public void Run_PipeThatDropsWhatIsTooMuch_FindsItsCapacity(double capacity)
    {
        var pipe = new LossyPipe(capacity, sender: 1_000_000);
        RequireFound(RateSearch.Run(pipe.Try, null, MostTrials), pipe);
    }

    [Theory]
    [InlineData(20_000)]
    [InlineData(150_000)]
    public void Run_PipeThatCollapsesUnderOverload_FindsItsCapacity(double capacity)
    {
        var pipe = new LossyPipe(capacity, sender: 1_000_000) { Collapses = true };
        RequireFound(RateSearch.Run(pipe.Try, null, MostTrials), pipe, share: 0.85);
    }

    [Fact]
    public void Run_SenderSlowerThanPipe_GivesTheFloodAndTriesNoMore()
    {
        var pipe = new LossyPipe(500_000, sender: 140_000);
        var found = RateSearch.Run(pipe.Try, null, MostTrials);
        Assert.Equal(140_000, found!.Value.DeliveredRate, 1.0);
        Assert.Equal(1, pipe.Trials);
    }

    [Fact]
    public void Run_PipeThatLosesAtEveryRate_FindsNothing()
    {
        var pipe = new LossyPipe(500_000, sender: 140_000) { SteadyLoss = 0.01 };
        Assert.Null(RateSearch.Run(pipe.Try, null, MostTrials));
        Assert.InRange(pipe.Trials, 2, MostTrials);
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(220_000)]
    [InlineData(40_000)]
    public void Run_GuessOfAnEarlierRound_FindsCapacityThatMoved(double capacity)
    {
        var pipe = new LossyPipe(capacity, sender: 1_000_000);
        RequireFound(RateSearch.Run(pipe.Try, 100_000, MostTrials), pipe);
    }

    [Fact]
    public void Run_GuessAboveWhatTheSenderCan_StopsAtTheSender()
    {
        var pipe = new LossyPipe(500_000, sender: 140_000);
        var found = RateSearch.Run(pipe.Try, 400_000, MostTrials);
        Assert.Equal(140_000, found!.Value.DeliveredRate, 1.0);
        // Once more, because a pause looks the same.
        Assert.Equal(2, pipe.Trials);
    }

    [Fact]
    public void Run_MachineThatPausesNowAndThen_TriesOnceMore()
    {
        var pipe = new LossyPipe(100_000, sender: 1_000_000) { HiccupEvery = 3 };
        RequireFound(RateSearch.Run(pipe.Try, null, MostTrials), pipe, share: 0.85);
    }

    private static void RequireFound(RateTrial? found, LossyPipe pipe, double share = 0.9)
    {
        Assert.NotNull(found);
        Assert.True(found.Value.Loss < RateSearch.LossLimit, $"lost {found.Value.Loss:P1}");
        Assert.InRange(found.Value.DeliveredRate, share * pipe.Capacity, pipe.Capacity * 1.001);
        Assert.InRange(pipe.Trials, 1, MostTrials);
    }
}
