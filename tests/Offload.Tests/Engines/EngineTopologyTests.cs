using IpsecDp.Engines;

namespace Offload.Tests.Engines;

/// <summary>Machines that can be had, and the sentences for those that cannot.</summary>
public class EngineTopologyTests
{
    [Theory]
    [InlineData(1, 1, 2, true, true)]
    [InlineData(2, 0, 2, true, true)]
    [InlineData(1, 2, 2, true, false)]
    [InlineData(1, 2, 2, false, true)]
    [InlineData(0, 1, 2, true, false)]
    [InlineData(0, 1, 2, false, false)]
    [InlineData(1, -1, 2, true, false)]
    [InlineData(1, 100_000, 2, false, false)]
    public void Refusals_Machine_IsTakenOrRefused(int general, int specialty, int processors, bool isPinned, bool isRight) =>
        Assert.Equal(isRight, new EngineTopology(general, specialty) { IsPinned = isPinned }.Refusals(processors).Count == 0);

    [Fact]
    public void Refusals_TooFewProcessors_SaysHowManyAndTheWayOut()
    {
        var sentence = Assert.Single(new EngineTopology(2, 3).Refusals(4));
        Assert.Contains("want 5 processors", sentence, StringComparison.Ordinal);
        Assert.Contains("may use 4", sentence, StringComparison.Ordinal);
        Assert.Contains("--unpinned", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Place_Pinned_GeneralThreadsAndEnginesShareNoProcessor()
    {
        var placement = new EngineTopology(2, 2).Place([3, 4, 6, 7, 9]);
        Assert.Equal(((int?)3, (int?)4), (placement.Outbound, placement.Inbound));
        Assert.Equal([6, 7], placement.Engines);
        Assert.Equal(new int?[] { 3, 4, 3, 4 }, new[] { placement.ProcessorOf(true, 0), placement.ProcessorOf(false, 0), placement.ProcessorOf(true, 1), placement.ProcessorOf(false, 1) });
    }

    [Fact]
    public void Place_OneGeneral_BothDirectionsShareIt() =>
        Assert.Equal(((int?)5, (int?)5), (new EngineTopology(1, 1).Place([5, 8]).Outbound, new EngineTopology(1, 1).Place([5, 8]).Inbound));

    [Fact]
    public void Place_Unpinned_IsTheSchedulers() => Assert.Null(new EngineTopology(1, 1) { IsPinned = false }.Place([0, 1]).Outbound);
}
