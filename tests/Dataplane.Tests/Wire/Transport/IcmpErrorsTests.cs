using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Wire.Transport;

public sealed class IcmpErrorsTests
{
    private const string V4 = "192.0.2.1";
    private const string V4Peer = "198.51.100.2";
    private const string V6 = "2001:db8::1";
    private const string V6Peer = "2001:db8::2";

    [Theory]
    [InlineData(0, 56)]
    [InlineData(520, 576)]
    [InlineData(1400, 576)]
    public void WriteTooBig_Ipv4_QuotesUpTo576(int payload, int expectedLength)
    {
        var packet = PacketBuilder.Udp(V4, V4Peer, 1, 2).DontFragment().Payload(payload).Build();
        var error = Write(packet, "203.0.113.9", tooBig: true);
        Assert.Equal(expectedLength, error.Length);
        Assert.Equal([3, 4], error[20..22]);
        Assert.Equal([0, 0, 0x05, 0x78], error[24..28]);
        Assert.Equal(packet[..(expectedLength - 28)], error[28..]);
        Assert.Equal((0, 0), (NaiveChecksum.Compute(error.AsSpan(0, 20)), NaiveChecksum.Compute(error.AsSpan(20))));
        Assert.True(IpPacketView.TryView(error, out var view));
        Assert.Equal(("203.0.113.9", V4, 0xC0), (view.Source.ToString(), view.Destination.ToString(), view.Tos));
    }

    [Theory]
    [InlineData(0, 96)]
    [InlineData(1184, 1280)]
    [InlineData(1400, 1280)]
    public void WriteTooBig_Ipv6_QuotesUpTo1280(int payload, int expectedLength)
    {
        var packet = PacketBuilder.Udp(V6, V6Peer, 1, 2).Payload(payload).Build();
        var error = Write(packet, "2001:db8::99", tooBig: true);
        Assert.Equal(expectedLength, error.Length);
        Assert.Equal([2, 0], error[40..42]);
        Assert.Equal([0, 0, 0x05, 0x78], error[44..48]);
        Assert.Equal(packet[..(expectedLength - 48)], error[48..]);
        Assert.True(IpPacketView.TryView(error, out var view));
        Assert.Equal(NaiveChecksum.Transport(view.Source, view.Destination, IpProtocol.Icmpv6, error.AsSpan(40)), (ushort)(error[42] << 8 | error[43]));
    }

    [Fact]
    public void WriteProhibited_EitherVersion_TypeAndCodeAreTheRfcs()
    {
        Assert.Equal([3, 13], Write(PacketBuilder.Udp(V4, V4Peer, 1, 2).Build(), "203.0.113.9", tooBig: false)[20..22]);
        Assert.Equal([1, 1], Write(PacketBuilder.Udp(V6, V6Peer, 1, 2).Build(), "2001:db8::99", tooBig: false)[40..42]);
    }

    [Theory]
    [MemberData(nameof(Unanswerable))]
    public void WriteProhibited_PacketThatMustNotBeAnswered_WritesNothing(string why, byte[] packet) =>
        Assert.True(Write(packet, packet[0] >> 4 == 4 ? "203.0.113.9" : "2001:db8::99", tooBig: false).Length == 0, why);

    [Fact]
    public void WriteTooBig_Ipv6Multicast_IsAnswered()
    {
        var packet = PacketBuilder.Udp(V6, "ff0e::1", 1, 2).Payload(1400).Build();
        Assert.Equal(1280, Write(packet, "2001:db8::99", tooBig: true).Length);
        Assert.Empty(Write(packet, "2001:db8::99", tooBig: false));
    }

    [Fact]
    public void WriteTooBig_EchoOrOrdinaryPacket_IsAnswered()
    {
        Assert.NotEmpty(Write(PacketBuilder.Icmp(V4, V4Peer, IcmpType.Echo, 0).Build(), "203.0.113.9", tooBig: true));
        Assert.NotEmpty(Write(PacketBuilder.Icmp(V6, V6Peer, IcmpType.V6Echo, 0).Build(), "2001:db8::99", tooBig: true));
        Assert.NotEmpty(Write(PacketBuilder.Udp(V6, V6Peer, 1, 2).Payload(64).Fragment(64, more: true).Build(), "2001:db8::99", tooBig: true));
    }

    [Fact]
    public void WriteTooBig_DestinationOneShortOrOtherVersion_WritesNothing()
    {
        Assert.True(IpPacketView.TryView(PacketBuilder.Udp(V4, V4Peer, 1, 2).Build(), out var packet));
        Assert.True(IpAddress.TryParse("203.0.113.9", out var gateway));
        Assert.True(IpAddress.TryParse("2001:db8::99", out var gatewayV6));
        Assert.Equal(56, IcmpErrors.WriteTooBig(packet, gateway, 1400, new byte[56]));
        Assert.Equal(0, IcmpErrors.WriteTooBig(packet, gateway, 1400, new byte[55]));
        Assert.Equal(0, IcmpErrors.WriteTooBig(packet, gatewayV6, 1400, new byte[1280]));
    }

    public static TheoryData<string, byte[]> Unanswerable() => new()
    {
        { "an ICMP error", PacketBuilder.Icmp(V4, V4Peer, IcmpType.TimeExceeded, 0).Build() },
        { "an ICMP redirect", PacketBuilder.Icmp(V4, V4Peer, IcmpType.Redirect, 0).Build() },
        { "ICMP without a type", PacketBuilder.Ip(V4, V4Peer, IpProtocol.Icmp).Build() },
        { "an ICMPv6 error", PacketBuilder.Icmp(V6, V6Peer, IcmpType.V6PacketTooBig, 0).Build() },
        { "an unknown ICMPv6 error", PacketBuilder.Icmp(V6, V6Peer, 127, 0).Build() },
        { "an ICMPv6 redirect", PacketBuilder.Icmp(V6, V6Peer, IcmpType.V6Redirect, 0).Build() },
        { "a later fragment", PacketBuilder.Udp(V4, V4Peer, 1, 2).Payload(8).Fragment(8, more: false).Build() },
        { "to multicast", PacketBuilder.Udp(V4, "224.0.0.5", 1, 2).Build() },
        { "to IPv6 multicast", PacketBuilder.Udp(V6, "ff02::5", 1, 2).Build() },
        { "to broadcast", PacketBuilder.Udp(V4, "255.255.255.255", 1, 2).Build() },
        { "from nobody", PacketBuilder.Udp("0.0.0.0", V4Peer, 1, 2).Build() },
        { "from nobody, IPv6", PacketBuilder.Udp("::", V6Peer, 1, 2).Build() },
        { "from multicast", PacketBuilder.Udp("224.0.0.1", V4Peer, 1, 2).Build() },
        { "from IPv6 multicast", PacketBuilder.Udp("ff02::1", V6Peer, 1, 2).Build() },
        { "from loopback", PacketBuilder.Udp("127.0.0.1", V4Peer, 1, 2).Build() },
        { "from class E", PacketBuilder.Udp("240.0.0.1", V4Peer, 1, 2).Build() },
    };

    private static byte[] Write(byte[] packet, string gateway, bool tooBig)
    {
        Assert.True(IpPacketView.TryView(packet, out var view));
        Assert.True(IpAddress.TryParse(gateway, out var source));
        var buffer = new byte[IcmpErrors.MaximumLength];
        Array.Fill(buffer, (byte)0xA5);
        var length = tooBig ? IcmpErrors.WriteTooBig(view, source, 1400, buffer) : IcmpErrors.WriteProhibited(view, source, buffer);
        Assert.All(buffer[length..], octet => Assert.Equal(0xA5, octet));
        return buffer[..length];
    }
}
