using IpsecDp.Engines.Pinning;

namespace Offload.Tests.Engines.Pinning;

public class ThreadPlacementTests
{
    [Theory]
    [InlineData(1, 2, 0)]
    [InlineData(2, 2, 0)]
    [InlineData(3, 2, 1)]
    [InlineData(8, 3, 0)]
    public void Automatic_NoProcessorLeftOrMoreQueues_IsFree(int processors, int generalThreads, int engines) =>
        Assert.Same(ThreadPlacement.Free, ThreadPlacement.Automatic([.. Enumerable.Range(0, processors)], generalThreads, engines));

    [Fact]
    public void Automatic_AProcessorLeft_KeepsTheDirectionsApart()
    {
        var placement = ThreadPlacement.Automatic([2, 5, 6, 7], generalThreads: 2, engines: 1);
        Assert.Equal((2, 5), (placement.Outbound, placement.Inbound));
        Assert.Equal([6, 7], placement.Engines);
        Assert.Equal("outbound on processor 2, inbound on 5, engines on 6,7", placement.ToString());
    }

    [Fact]
    public void Apart_NoProcessorLeft_LeavesEnginesToTheScheduler()
    {
        var placement = ThreadPlacement.Apart(1, 0, [0, 1]);
        Assert.Equal((1, 0, 0), (placement.Outbound, placement.Inbound, placement.Engines.Count));
        Assert.Equal("outbound on processor 1, inbound on 0", placement.ToString());
    }

    [Fact]
    public void EnginesFollow_OneWithoutAProcessorBesideBoundThreads_Does()
    {
        Assert.True(ThreadPlacement.Apart(0, 1, [0, 1]).EnginesFollow(engines: 1));
        Assert.False(ThreadPlacement.Apart(0, 1, [0, 1]).EnginesFollow(engines: 2));
        Assert.False(ThreadPlacement.Apart(0, 1, [0, 1, 2]).EnginesFollow(engines: 1));
        Assert.False(ThreadPlacement.Free.EnginesFollow(engines: 1));
    }

    [Fact]
    public void Free_Said_NamesTheScheduler() => Assert.Equal("threads placed by the scheduler", ThreadPlacement.Free.ToString());
}
