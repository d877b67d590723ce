using IpsecDp.Daemon;
using IpsecDp.Engines.Pinning;

namespace Control.Tests.Daemon;

public class PlacementChoiceTests
{
    [Theory]
    [InlineData("")]
    [InlineData("fast")]
    [InlineData("1")]
    [InlineData("1,")]
    [InlineData(",1")]
    [InlineData("-1,0")]
    [InlineData("0,1,2")]
    [InlineData("0, 1")]
    public void TryParse_NeitherWordNorTwoNumbers_IsRefused(string text)
    {
        Assert.False(PlacementChoice.TryParse(text, out var choice));
        Assert.Null(choice);
    }

    [Fact]
    public void Resolve_TwoNumbers_AreTheProcessorsOfTheDirections()
    {
        var placement = Parse("3,1").Resolve([0, 1, 2, 3], generalThreads: 2, engines: 4);
        Assert.Equal((3, 1), (placement.Outbound, placement.Inbound));
        Assert.Equal([0, 2], placement.Engines);
        Assert.Equal([3, 1], placement.Gathers);
    }

    [Fact]
    public void Resolve_OneNumberTwice_PutsBothThere() =>
        Assert.Equal((1, 1), Parse("1,1").Resolve([0, 1], 2, 0) is var placement ? (placement.Outbound, placement.Inbound) : default);

    [Fact]
    public void Resolve_ForeignProcessor_SaysWhichThereAre()
    {
        var refusal = Assert.Throws<DaemonException>(() => Parse("0,4").Resolve([0, 1], 2, 0));
        Assert.Equal("--placement 0,4 names a processor this process may not use: choose from 0, 1", refusal.Message);
    }

    [Fact]
    public void Resolve_TwoNumbersForMoreThreads_IsRefused() =>
        Assert.Throws<DaemonException>(() => Parse("0,1").Resolve([0, 1, 2, 3], generalThreads: 3, engines: 0));

    [Fact]
    public void Resolve_Words_AreTheSchedulersAndTheMachinesChoice()
    {
        Assert.Same(ThreadPlacement.Free, Parse("free").Resolve([0, 1, 2, 3], 2, 0));
        Assert.Equal(ThreadPlacement.Free with { Gathers = [] }, Parse("auto").Resolve([0, 1, 2, 3], generalThreads: 3, 0) with { Gathers = [] });
        var narrow = Parse("auto").Resolve([0, 1], 2, 0);
        Assert.Equal("threads placed by the scheduler, together while little comes if arrivals are on", narrow.ToString());
        Assert.Equal((null, null), (narrow.Outbound, narrow.Inbound));
        Assert.Equal((0, 1), Parse("auto").Resolve([0, 1, 2], 2, 0) is var placement ? (placement.Outbound, placement.Inbound) : default);
    }

    /// <summary>Where several threads read a side, none can say for all where packets arrive.</summary>
    [Fact]
    public void Resolve_ThreadsOfTwoPorts_GatherAndOthersDoNot()
    {
        Assert.Equal([0, 1, 2, 3], Parse("auto").Resolve([0, 1, 2, 3], generalThreads: 2, engines: 0).Gathers);
        Assert.Empty(Parse("auto").Resolve([0, 1, 2, 3], generalThreads: 3, engines: 0).Gathers);
        Assert.Empty(Parse("free").Resolve([0, 1, 2, 3], generalThreads: 2, engines: 0).Gathers);
    }

    private static PlacementChoice Parse(string text)
    {
        Assert.True(PlacementChoice.TryParse(text, out var choice));
        return choice!;
    }
}
