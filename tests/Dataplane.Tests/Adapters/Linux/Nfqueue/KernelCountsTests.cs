using System.Text;
using IpsecDp.Adapters.Linux.Nfqueue;

namespace Dataplane.Tests.Adapters.Linux.Nfqueue;

public sealed class KernelCountsTests
{
    [Fact]
    public void Sum_LinesOfTheKernel_AddsUpTheOwnQueues()
    {
        var lines = " 4950  12 3 2 65531     7     11      100  1\n 4951  12 1 2 65531     2     0      100  1\n  12  99 9 2 65531     9     9      1  1\n"u8;
        Assert.Equal(new QueueLosses(4, 9, 11), KernelCounts.Sum(lines, 4950, 3));
        Assert.Equal(20, KernelCounts.Sum(lines, 4950, 3).Lost);
    }

    [Theory]
    [InlineData("")]
    [InlineData("4950 1 2")]
    [InlineData("4950 a b c d e f g h")]
    [InlineData("4950 1 -3 2 65531 99999999999999999999 1 1 1")]
    public void Sum_LinesThatAreNone_CountNothing(string lines) => Assert.Equal(default, KernelCounts.Sum(Encoding.ASCII.GetBytes(lines), 4950, 3));

    [Fact]
    public void Stats_OfAPortThatIsOpen_CostNoMemory()
    {
        using var spaces = new CaptureSpaces();
        using var capture = spaces.Open(CaptureSpaces.Everything);
        var (clear, cipher) = (capture.ClearPorts[0], capture.CipherPorts[0]);
        _ = clear.Stats.ReceiveFailures + cipher.Stats.ReceiveFailures;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var failures = 0L;
        for (var look = 0; look < 100; look++)
        {
            failures += clear.Stats.ReceiveFailures + cipher.Stats.ReceiveFailures;
        }

        Assert.Equal((0L, 0L), (failures, GC.GetAllocatedBytesForCurrentThread() - before));
    }
}
