using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;

namespace Dataplane.Tests.Ipsec.Flow;

/// <summary>An IKE message inside a tunnel is protected traffic like any other.</summary>
public sealed class InnerIkeTests
{
    [Fact]
    public void IkeMessage_OutOfATunnel_IsJudgedByItsTunnelAndInClearRefused()
    {
        using var pair = new SteppedPair(SaMode.Tunnel, change: model => model with { Encapsulation = new UdpEncapsulation() });
        var message = PacketBuilder.Udp(pair.AddressA, pair.AddressB, 4500, 4500).Payload(new byte[32]).Build();

        Assert.Equal(message, Assert.Single(pair.Carry(message)));

        Assert.Empty(pair.B.Receive(message));
        Assert.Equal(1, pair.B.Dropped(DropReason.ClearButProtected));
        Assert.Equal(0, pair.B.Outstanding);
    }
}
