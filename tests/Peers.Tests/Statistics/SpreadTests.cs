using IpsecDp.Peers.Statistics;

namespace Peers.Tests.Statistics;

public class SpreadTests
{
    [Theory]
    [InlineData(new[] { 5.0 }, 5, 5, 5)]
    [InlineData(new[] { 3.0, 1, 2 }, 2, 1, 3)]
    [InlineData(new[] { 4.0, 1, 3, 2 }, 2.5, 1, 4)]
    [InlineData(new[] { 9.0, 9, 1, 9, 100 }, 9, 1, 100)]
    public void Of_Figures_GivesMedianLeastAndMost(double[] figures, double median, double least, double most) =>
        Assert.Equal(new Spread(median, least, most), Spread.Of(figures));

    [Theory]
    [InlineData(100, 0.5, 50)]
    [InlineData(100, 0.99, 99)]
    [InlineData(300, 0.99, 297)]
    [InlineData(1, 0.99, 1)]
    [InlineData(3, 0.5, 2)]
    public void Percentile_OfWholeNumbers_IsTheNearestRank(int count, double share, double expected) =>
        Assert.Equal(expected, Spread.Percentile([.. Enumerable.Range(1, count).Select(number => (double)number)], share));
}
