using IpsecDp.Ports.Wrappers;

namespace Dataplane.Tests.Ports.Wrappers;

public sealed class FaultPlanTests
{
    [Fact]
    public void TryParse_EveryFault_ReadsChancesAndDetails()
    {
        Assert.True(FaultPlan.TryParse("drop=1%, duplicate=2%,reorder=5%:7,corrupt=0.5%:anywhere,delay=3%:2.5ms,truncate=4%", out var plan, out var error), error);
        Assert.Equal((0.01, 0.02, 0.05, 0.005, 0.03, 0.04), (plan.Drop, plan.Duplicate, plan.Reorder, plan.Corrupt, plan.Delay, plan.Truncate));
        Assert.Equal((7, true, TimeSpan.FromMilliseconds(2.5)), (plan.ReorderDistance, plan.CorruptsHeader, plan.DelayTime));
    }

    [Fact]
    public void TryParse_DelayByPackets_HasNoTime()
    {
        Assert.True(FaultPlan.TryParse("delay=3%:20", out var plan, out _));
        Assert.Equal((20, TimeSpan.Zero), (plan.DelayPackets, plan.DelayTime));
    }

    [Fact]
    public void TryParse_None_IsNone()
    {
        Assert.True(FaultPlan.TryParse(" none ", out var plan, out _));
        Assert.Equal(FaultPlan.None, plan);
    }

    [Fact]
    public void TryParse_ExactlyAHundredPercent_IsRead()
    {
        Assert.True(FaultPlan.TryParse("drop=33.3%,corrupt=33.3%,duplicate=33.4%", out var plan, out var error), error);
        Assert.Equal(1, plan.Total, 9);
    }

    [Theory]
    [InlineData("lose=1%", "'lose' is not a fault: they are drop, duplicate, reorder, corrupt, delay, truncate")]
    [InlineData("", "'' is not a fault: write name=percent, as drop=1%, or none")]
    [InlineData("drop", "'drop' is not a fault: write name=percent, as drop=1%, or none")]
    [InlineData("drop=1%,", "'' is not a fault: write name=percent, as drop=1%, or none")]
    [InlineData("drop=1", "'1' of 'drop' is not a percentage from 0% to 100%")]
    [InlineData("drop=-1%", "'-1%' of 'drop' is not a percentage from 0% to 100%")]
    [InlineData("drop=NaN%", "'NaN%' of 'drop' is not a percentage from 0% to 100%")]
    [InlineData("drop=101%", "'101%' of 'drop' is not a percentage from 0% to 100%")]
    [InlineData("drop=%", "'%' of 'drop' is not a percentage from 0% to 100%")]
    [InlineData("drop=60%,corrupt=50%", "the faults add up to 110 %: a packet meets at most one, so 100 % is the most")]
    [InlineData("drop=1%,drop=2%", "'drop' stands twice")]
    [InlineData("drop=1%:5", "'drop' takes nothing behind its percentage, but has '5'")]
    [InlineData("reorder=1%:0", "'0' of 'reorder' is not a number of packets from 1 to 128")]
    [InlineData("corrupt=1%:tail", "'tail' of 'corrupt' is neither payload nor anywhere")]
    [InlineData("delay=1%:5s", "'5s' of 'delay' is neither a number of packets from 1 to 128 nor a time up to 60000ms, as 5ms")]
    public void TryParse_Nonsense_SaysWhatIsWrong(string text, string expected)
    {
        Assert.False(FaultPlan.TryParse(text, out var plan, out var error));
        Assert.Null(plan);
        Assert.Equal(expected, error);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("drop=1%,reorder=5%:3,corrupt=0.5%:payload")]
    [InlineData("duplicate=0.25%,corrupt=7%:anywhere,delay=2%:1.5ms,truncate=9%")]
    [InlineData("delay=2%:16")]
    public void ToString_OfAPlanRead_IsItsText(string text)
    {
        Assert.True(FaultPlan.TryParse(text, out var plan, out _));
        Assert.Equal(text, plan.ToString());
    }

    [Theory]
    [InlineData(0.0, FaultKind.Drop)]
    [InlineData(0.099, FaultKind.Drop)]
    [InlineData(0.101, FaultKind.Duplicate)]
    [InlineData(0.201, FaultKind.Reorder)]
    [InlineData(0.301, FaultKind.Corrupt)]
    [InlineData(0.401, FaultKind.Delay)]
    [InlineData(0.501, FaultKind.Truncate)]
    [InlineData(0.601, FaultKind.None)]
    [InlineData(0.999, FaultKind.None)]
    public void Pick_NumberDrawn_FallsIntoItsShare(double drawn, FaultKind expected)
    {
        var plan = new FaultPlan { Drop = 0.1, Duplicate = 0.1, Reorder = 0.1, Corrupt = 0.1, Delay = 0.1, Truncate = 0.1 };
        Assert.Equal(expected, plan.Pick(drawn));
    }
}
