using IpsecDp.Ipsec.Sad;

namespace Dataplane.Tests.Ipsec.Sad;

public sealed class SequenceCounterTests
{
    [Theory]
    [InlineData(false, uint.MaxValue)]
    [InlineData(true, ulong.MaxValue)]
    public void TryReserve_LastNumbers_AreGivenOnceAndThenNoMore(bool isExtended, ulong maximum)
    {
        var counter = new SequenceCounter(isExtended, maximum - 3);
        Assert.False(counter.TryReserve(4, out _));
        Assert.True(counter.TryReserve(2, out var first));
        Assert.Equal(maximum - 2, first);
        Assert.True(counter.TryReserve(1, out var last));
        Assert.Equal(maximum, last);
        Assert.True(counter.IsExhausted);
        Assert.False(counter.TryReserve(1, out _));
    }

    [Fact]
    public void TryReserve_FirstNumber_IsOne()
    {
        var counter = new SequenceCounter(isExtended: false);
        Assert.True(counter.TryReserve(3, out var first));
        Assert.Equal((1UL, 3UL), (first, counter.Last));
        Assert.False(counter.IsExhausted);
    }
}
