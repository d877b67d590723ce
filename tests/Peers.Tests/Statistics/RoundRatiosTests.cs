using IpsecDp.Peers.Statistics;

namespace Peers.Tests.Statistics;

public class RoundRatiosTests
{
    [Fact]
    public void Of_MachineWhoseSpeedChanges_ComparesWithinRounds()
    {
        // Always twice the rival; the medians alone, 8 and 3, would say 2.7.
        var ratio = RoundRatios.Of(Rounds(2, 8, 20), Rounds(1, 4, 10));
        Assert.Equal(new Spread(2, 2, 2), ratio);
    }

    [Fact]
    public void Of_RatiosThatDiffer_GivesTheirMedianAndNotThatOfMedians() =>
        // 1, 4 and 3; the medians are 6 and 2.
        Assert.Equal(new Spread(3, 1, 4), RoundRatios.Of(Rounds(6, 8, 6), Rounds(6, 2, 2)));

    [Fact]
    public void Of_RoundsInWhichOneFailed_LeavesThemOut() =>
        Assert.Equal(new Spread(3, 3, 3), RoundRatios.Of(new Dictionary<int, double> { [1] = 9, [2] = 50 }, new Dictionary<int, double> { [1] = 3, [3] = 7 }));

    [Fact]
    public void Of_ContendersThatNeverMet_IsNothing() =>
        Assert.Null(RoundRatios.Of(new Dictionary<int, double> { [1] = 9 }, new Dictionary<int, double> { [2] = 9 }));

    [Fact]
    public void Of_RivalThatDeliveredNothing_IsNothing() => Assert.Null(RoundRatios.Of(Rounds(9), Rounds(0)));

    private static Dictionary<int, double> Rounds(params double[] figures) => Enumerable.Range(0, figures.Length).ToDictionary(i => i + 1, i => figures[i]);
}
