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
        Assert.Same(ThreadPlacement.Free, Parse("auto").Resolve([0, 1], 2, 0));
        Assert.Equal((0, 1), Parse("auto").Resolve([0, 1, 2], 2, 0) is var placement ? (placement.Outbound, placement.Inbound) : default);
    }

    private static PlacementChoice Parse(string text)
    {
        Assert.True(PlacementChoice.TryParse(text, out var choice));
        return choice!;
    }
}
