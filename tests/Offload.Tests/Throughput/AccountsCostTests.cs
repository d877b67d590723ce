using IpsecDp.Throughput.Accounts;

namespace Offload.Tests.Throughput;

public class AccountsCostTests
{
    [Fact]
    public void Of_Pairs_TakesTheMiddleRatio()
    {
        var cost = AccountsCost.Of([(99, 100), (50, 100), (200, 100), (995, 1000), (98, 100)]);
        Assert.Equal((5, 0.99), (cost.Pairs, cost.Ratio));
    }

    [Fact]
    public void Of_ManyPairsAboutTheGoal_Holds() => Assert.Equal(AccountsVerdict.Holds, Spread(0.996, 4000).Verdict);

    /// <summary>The twin: the same spread below the goal.</summary>
    [Fact]
    public void Of_ManyPairsThatCostMore_FallsShort() => Assert.Equal(AccountsVerdict.FallsShort, Spread(0.98, 4000).Verdict);

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(40)]
    public void Of_TooFewPairs_TellsNothing(int pairs) => Assert.Equal(AccountsVerdict.Unknown, Spread(0.99, pairs).Verdict);

    /// <summary>Of 100 ratios the sign test leaves 9.8 ranks on either side of the middle.</summary>
    [Fact]
    public void Interval_OfAHundredRatios_HasTenRanksOnEitherSide()
    {
        var cost = AccountsCost.Of([.. Enumerable.Range(0, 100).Select(rank => (100.0 + rank, 100.0))]);
        Assert.Equal((1.40, 1.50, 1.60), (Math.Round(cost.Low, 4), Math.Round(cost.Ratio, 4), Math.Round(cost.High, 4)));
    }

    // Evenly between a tenth below and a tenth above, which is nearly what a busy machine shows.
    private static AccountsCost Spread(double middle, int pairs) =>
        AccountsCost.Of([.. Enumerable.Range(0, pairs).Select(at => (middle * (0.9 + (0.2 * at / Math.Max(1, pairs - 1))), 1.0))]);
}
