using Dataplane.Tests.Ports;
using IpsecDp.Adapters.Sockets;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Adapters.Sockets;

public sealed class UdpEncapPortConformance : PortConformance
{
    [Fact]
    public void HasWaiting_OnlyBetweenArrivalAndReceive_AndNotOnceDisposed()
    {
        using var rig = CreateRig();
        rig.Feed(rig.MakePacket(1, 200));
        Assert.True(SpinWait.SpinUntil(() => rig.HasWaiting, TestThread.Patience));
        using var batch = new PacketBatch(rig.BatchSize);
        Assert.True(rig.Receive(batch));
        Assert.False(rig.HasWaiting);
        rig.Feed(rig.MakePacket(2, 200));
        rig.DisposePort();
        Assert.False(rig.HasWaiting);
    }

    protected override PortRig CreateRig() => UdpEncapRig.Create(UdpOffloads.None);
}
