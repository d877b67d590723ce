using IpsecDp.Adapters.Linux.Nfqueue;

namespace Dataplane.Tests.Adapters.Linux.Nfqueue;

public sealed class KernelCountsTests
{
    [Fact]
    public void Sum_LinesOfTheKernel_AddsUpTheOwnQueues()
    {
        const string Lines = " 4950  12 3 2 65531     7     11      100  1\n 4951  12 1 2 65531     2     0      100  1\n  12  99 9 2 65531     9     9      1  1\n";
        Assert.Equal(new QueueLosses(4, 9, 11), KernelCounts.Sum(Lines, 4950, 3));
        Assert.Equal(20, KernelCounts.Sum(Lines, 4950, 3).Lost);
    }

    [Theory]
    [InlineData("")]
    [InlineData("4950 1 2")]
    [InlineData("4950 a b c d e f g h")]
    [InlineData("4950 1 -3 2 65531 99999999999999999999 1 1 1")]
    public void Sum_LinesThatAreNone_CountNothing(string lines) => Assert.Equal(default, KernelCounts.Sum(lines, 4950, 3));
}
