using IpsecDp.Modelling.Projection;

namespace Offload.Tests.Modelling.Projection;

/// <summary>The order in which setups take turns.</summary>
public sealed class TurnOrderTests
{
    private const int Turns = 8;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(7)]
    public void Of_ManySetups_NoneFollowsItself(int setups)
    {
        var order = TurnOrder.Of(setups, Turns);
        Assert.DoesNotContain(Following(order), static pair => pair.Before == pair.After);
    }

    /// <summary>As many slices as each has, less the first, which follows nothing: each follows each other as often as any, to one.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Of_ManySetups_EachFollowsEachOtherAlikeOften(int setups)
    {
        var counts = Following(TurnOrder.Of(setups, Turns)).CountBy(static pair => pair).Select(static count => count.Value).ToArray();
        Assert.Equal(setups * (setups - 1), counts.Length);
        Assert.InRange(counts.Max() - counts.Min(), 0, 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Of_EachTurn_HasEverySetupOnce(int setups)
    {
        var order = TurnOrder.Of(setups, Turns);
        Assert.Equal(Turns * setups, order.Count);
        Assert.All(order.Chunk(setups), turn => Assert.Equal(Enumerable.Range(0, setups), turn.Order()));
    }

    /// <summary>The twin: always the same way round, each would follow always the same.</summary>
    [Fact]
    public void Of_ThreeSetups_IsNotOneWayRound()
    {
        int[] oneWayRound = [0, 1, 2, 0, 1, 2];
        Assert.NotEqual(oneWayRound, TurnOrder.Of(3, 2));
        Assert.Equal(3, Following(oneWayRound).Distinct().Count());
    }

    private static IEnumerable<(int Before, int After)> Following(IReadOnlyList<int> order) => order.Zip(order.Skip(1));
}
