using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Wire.Ip;

public sealed class Ipv6RoutingHeaderTests
{
    [Theory]
    // Type 0 ends with the last address, type 2 has one, type 4 lists backwards; others and used-up ones leave the destination.
    [InlineData(0, 1, "2001:db8::b")]
    [InlineData(2, 1, "2001:db8::b")]
    [InlineData(4, 1, "2001:db8::a")]
    [InlineData(0, 0, "2001:db8::2")]
    [InlineData(4, 0, "2001:db8::2")]
    [InlineData(253, 1, "2001:db8::2")]
    public void FinalDestination_RoutingHeader_IsTheLastStop(byte type, byte segmentsLeft, string expected)
    {
        byte[] body = [type, segmentsLeft, 0, 0, 0, 0, .. Address("2001:db8::a"), .. Address("2001:db8::b")];
        var packet = PacketBuilder.Udp("2001:db8::1", "2001:db8::2", 1, 2).Extension(IpProtocol.HopByHop, 5, 2).Extension(IpProtocol.Routing, body).Payload(4).Build();
        Assert.True(IpPacketView.TryView(packet, out var view));
        Assert.Equal(expected, Ipv6RoutingHeader.FinalDestination(view).ToString());
    }

    [Fact]
    public void FinalDestination_HeaderWithoutRoomForAnAddress_IsTheDestination()
    {
        var packet = PacketBuilder.Udp("2001:db8::1", "2001:db8::2", 1, 2).Extension(IpProtocol.Routing, 0, 9).Payload(4).Build();
        Assert.True(IpPacketView.TryView(packet, out var view));
        Assert.Equal("2001:db8::2", Ipv6RoutingHeader.FinalDestination(view).ToString());
    }

    [Fact]
    public void FinalDestination_Ipv4_IsTheDestination()
    {
        Assert.True(IpPacketView.TryView(PacketBuilder.Udp("192.0.2.1", "192.0.2.2", 1, 2).Build(), out var view));
        Assert.Equal("192.0.2.2", Ipv6RoutingHeader.FinalDestination(view).ToString());
    }

    private static byte[] Address(string text) => System.Net.IPAddress.Parse(text).GetAddressBytes();
}
