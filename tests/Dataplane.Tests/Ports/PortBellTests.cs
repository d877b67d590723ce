using IpsecDp.Ports;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Ports;

public sealed class PortBellTests
{
    [Fact]
    public void Await_RangSinceTheLook_ReturnsAtOnce()
    {
        var bell = new PortBell();
        var seen = bell.Rings;
        bell.Ring();
        bell.Await(seen);
        Assert.Equal(seen + 1, bell.Rings);
    }

    [Fact]
    public void Await_NoRingSinceTheLook_SleepsUntilOne()
    {
        var bell = new PortBell();
        bell.Ring();
        var seen = bell.Rings;
        using var waiter = new TestThread("waiter", () => bell.Await(seen));
        waiter.AwaitSleep();
        bell.Ring();
        waiter.Join();
    }
}
