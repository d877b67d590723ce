using IpsecDp.Throughput.Accounts;

namespace Offload.Tests.Throughput;

public class AccountsCostTests
{
    [Fact]
    public void Of_Pairs_TakesTheMiddleRatio()
    {
        var cost = AccountsCost.Of([(99, 100), (50, 100), (200, 100), (995, 1000), (98, 100)]);
        Assert.Equal((5, 0.99, true), (cost.Pairs, cost.Ratio, cost.Holds));
    }

    [Fact]
    public void Of_PairsThatCostMore_DoesNotHold() => Assert.False(AccountsCost.Of([(98, 100), (97, 100), (99, 100)]).Holds);
}
