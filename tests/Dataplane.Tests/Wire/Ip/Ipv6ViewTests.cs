using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Wire.Ip;

public sealed class Ipv6ViewTests
{
    private static byte[] Packet => PacketBuilder.Udp("2001:db8::1", "2001:db8::2", 4000, 53).Tos(0xB8).FlowLabel(0xABCDE).HopLimit(9).Payload(5).Build();

    [Fact]
    public void TryView_WholePacket_EveryFieldIsRead()
    {
        Assert.True(Ipv6View.TryView((byte[])[.. Packet, 0xEE], out var view));
        Assert.Equal((13, 53, 13), (view.PayloadLength, view.Octets.Length, view.Payload.Length));
        Assert.Equal((0xB8, 0xABCDEu, 17, 9), (view.TrafficClass, view.FlowLabel, view.NextHeader, view.HopLimit));
        Assert.Equal("2001:db8::1", view.Source.ToString());
        Assert.Equal("2001:db8::2", view.Destination.ToString());
    }

    [Fact]
    public void TryView_EveryTruncation_Refused() =>
        Assert.All(Damage.Truncations(Packet), octets => Assert.False(Ipv6View.TryView(octets, out _)));

    [Fact]
    public void TryView_JumboForm_Refused()
    {
        var packet = PacketBuilder.Ip("2001:db8::1", "2001:db8::2", IpProtocol.NoNextHeader).Extension(IpProtocol.HopByHop, 0xC2, 4, 0, 1, 0, 0).Build();
        Assert.True(Ipv6View.TryView(packet, out var view));
        view.PayloadLength = 0;
        Assert.False(Ipv6View.TryView(packet, out _));
    }

    [Fact]
    public void TrafficClass_EveryValue_LeavesVersionAndLabel()
    {
        Assert.True(Ipv6View.TryView(Packet, out var view));
        for (var value = 0; value < 256; value++)
        {
            view.TrafficClass = (byte)value;
            Assert.Equal((value, 0xABCDEu, 6), (view.TrafficClass, view.FlowLabel, view.Octets[0] >> 4));
        }
    }

    [Fact]
    public void Write_FilledBuffer_EqualsTheBuilder()
    {
        var expected = Packet[..40];
        expected[5] = 0;
        var packet = new byte[40];
        Array.Fill(packet, (byte)0xA5);
        Assert.True(Ipv6View.TryView(expected, out var view));
        Ipv6View.Write(packet, new IpHeaderFields(view.Source, view.Destination, 17, 9, 0xB8, FlowLabel: 0xABCDE));
        Assert.Equal(expected, packet);
    }
}
