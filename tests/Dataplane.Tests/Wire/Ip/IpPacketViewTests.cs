using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Wire.Ip;

public sealed class IpPacketViewTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2", 20)]
    [InlineData("2001:db8::1", "2001:db8::2", 48)]
    public void TryView_Fragment_SaysWhereItLies(string source, string destination, int payloadAt)
    {
        var packet = PacketBuilder.Udp(source, destination, 1, 2).Payload(24).Fragment(1480, more: true, 0xBEEF).Build();
        Assert.True(IpPacketView.TryView(packet, out var view));
        Assert.True(view.IsFragment && view.IsLaterFragment && view.MoreFragments);
        Assert.Equal((1480, 0xBEEFu, payloadAt), (view.FragmentOffset, view.Identification, view.PayloadAt));
        Assert.Equal(IpProtocol.Udp, view.Protocol);
    }

    [Fact]
    public void TryView_AtomicFragment_IsNoFragment()
    {
        var packet = PacketBuilder.Udp("2001:db8::1", "2001:db8::2", 1, 2).Payload(8).Fragment(0, more: false).Build();
        Assert.True(IpPacketView.TryView(packet, out var view));
        Assert.False(view.IsFragment);
        Assert.Equal(40, view.FragmentHeaderAt);
    }

    [Fact]
    public void TryView_OtherVersion_Refused()
    {
        for (var version = 0; version < 16; version++)
        {
            var packet = new byte[60];
            packet[0] = (byte)(version << 4 | 5);
            packet[3] = 60;
            packet[6] = version == 6 ? IpProtocol.Udp : (byte)0;
            Assert.Equal(version is 4 or 6, IpPacketView.TryView(packet, out _));
        }
    }

    [Fact]
    public void TryView_EveryBitOfOnePacketOfEachKind_NeverThrows()
    {
        foreach (var packet in PacketKinds.All)
        {
            Assert.All(Damage.BitChanges(packet), Touch);
            Assert.All(Damage.Truncations(packet), octets =>
            {
                Assert.False(IpPacketView.TryView(octets, out _));
                Touch(octets);
            });
        }
    }

    private static void Touch(byte[] octets)
    {
        if (!IpPacketView.TryView(octets, out var view))
        {
            return;
        }

        Assert.Equal(view.Octets.Length, view.PayloadAt + view.Payload.Length);
        Assert.True(UdpView.TryView(view.Payload, out var udp) ? udp.Octets.Length <= view.Payload.Length : true);
        Assert.True(TcpView.TryView(view.Payload, out var tcp) ? tcp.HeaderLength <= view.Payload.Length : true);
        TransportChecksum.TryUpdate(view);
    }
}
