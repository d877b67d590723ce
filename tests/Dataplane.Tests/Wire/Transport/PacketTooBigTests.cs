using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Wire.Transport;

public sealed class PacketTooBigTests
{
    private static byte[] QuotedV4 => PacketBuilder.Ip("192.0.2.1", "198.51.100.2", IpProtocol.Esp).Payload([0, 0, 0x10, 1, 0, 0, 0, 7, .. new byte[1400]]).Build();

    private static byte[] QuotedV6 => PacketBuilder.Ip("2001:db8::1", "2001:db8::2", IpProtocol.Esp).Extension(IpProtocol.HopByHop, 5, 2).Payload([0, 0, 0x10, 1, 0, 0, 0, 7, .. new byte[1400]]).Build();

    [Theory]
    [InlineData(28)]
    [InlineData(548)]
    [InlineData(1000)]
    public void TryRead_Ipv4QuoteCutOff_SpiIsStillThere(int quotedLength)
    {
        Assert.True(IpPacketView.TryView(Error(QuotedV4[..quotedLength], mtu: 1400), out var packet));
        Assert.True(PacketTooBig.TryRead(packet, out var mtu, out var quoted));
        Assert.Equal(1400, mtu);
        Assert.Equal(("192.0.2.1", "198.51.100.2", IpProtocol.Esp), (quoted.Source.ToString(), quoted.Destination.ToString(), quoted.Protocol));
        Assert.Equal([0, 0, 0x10, 1, 0, 0, 0, 7], quoted.Payload[..8].ToArray());
        Assert.Equal(quotedLength - 20, quoted.Payload.Length);
    }

    [Theory]
    [InlineData(56)]
    [InlineData(1232)]
    public void TryRead_Ipv6QuoteCutOff_SpiIsStillThere(int quotedLength)
    {
        Assert.True(IpPacketView.TryView(ErrorV6(QuotedV6[..quotedLength], 1280), out var packet));
        Assert.True(PacketTooBig.TryRead(packet, out var mtu, out var quoted));
        Assert.Equal(1280, mtu);
        Assert.Equal(IpProtocol.Esp, quoted.Protocol);
        Assert.Equal([0, 0, 0x10, 1, 0, 0, 0, 7], quoted.Payload[..8].ToArray());
    }

    [Fact]
    public void TryRead_QuoteShorterThanItsHeaders_Refused()
    {
        for (var length = 0; length < 20; length++)
        {
            Assert.True(IpPacketView.TryView(Error(QuotedV4[..length], 1400), out var packet));
            Assert.False(PacketTooBig.TryRead(packet, out _, out _));
        }

        for (var length = 0; length < 48; length++)
        {
            Assert.True(IpPacketView.TryView(ErrorV6(QuotedV6[..length], 1400), out var packet));
            Assert.False(PacketTooBig.TryRead(packet, out _, out _));
        }
    }

    [Theory]
    // RFC 1191 §7.1: an MTU of 0 comes from a router older than that RFC.
    [InlineData(1428, 1006)]
    [InlineData(1492, 1006)]
    [InlineData(1500, 1492)]
    [InlineData(68, 68)]
    public void TryRead_NoMtuStated_PlateauBelowTheQuotedLength(int totalLength, int expected)
    {
        var quoted = PacketBuilder.Ip("192.0.2.1", "198.51.100.2", IpProtocol.Esp).Payload(totalLength - 20).Build();
        Assert.True(IpPacketView.TryView(Error(quoted[..28], 0), out var packet));
        Assert.True(PacketTooBig.TryRead(packet, out var mtu, out _));
        Assert.Equal(expected, mtu);
    }

    [Fact]
    public void TryRead_ExtendedMessage_QuoteEndsWhereItIsSaidTo()
    {
        // RFC 4884 §4.1: the sixth octet counts the quote in words; 32 words are 128 octets.
        var error = PacketBuilder.Icmp("203.0.113.9", "192.0.2.1", 3, 4, 0x00200578).Payload([.. QuotedV4[..128], 0x20, 0, 0, 0]).Build();
        Assert.True(IpPacketView.TryView(error, out var packet));
        Assert.True(PacketTooBig.TryRead(packet, out var mtu, out var quoted));
        Assert.Equal((1400, 128), (mtu, quoted.Octets.Length));
    }

    [Fact]
    public void TryRead_AnyBitOfTheMessageTurned_Refused()
    {
        foreach (var error in new[] { Error(QuotedV4[..28], 1400), ErrorV6(QuotedV6[..56], 1400) })
        {
            var header = error[0] >> 4 == 4 ? 20 : 40;
            Assert.All(Damage.BitChanges(error[header..]), changed =>
            {
                byte[] packet = [.. error[..header], .. changed];
                Assert.False(IpPacketView.TryView(packet, out var view) && PacketTooBig.TryRead(view, out _, out _));
            });
        }
    }

    [Fact]
    public void TryRead_OtherMessages_Refused()
    {
        foreach (var other in new[]
        {
            PacketBuilder.Icmp("203.0.113.9", "192.0.2.1", 3, 13).Payload(QuotedV4.AsSpan(0, 28)).Build(),
            PacketBuilder.Icmp("203.0.113.9", "192.0.2.1", 11, 0).Payload(QuotedV4.AsSpan(0, 28)).Build(),
            PacketBuilder.Icmp("203.0.113.9", "192.0.2.1", 3, 4, 1400).Payload(QuotedV6.AsSpan(0, 56)).Build(),
            PacketBuilder.Icmp("2001:db8::9", "2001:db8::1", 2, 0, 1400).Payload(QuotedV4.AsSpan(0, 28)).Build(),
            PacketBuilder.Icmp("2001:db8::9", "2001:db8::1", 1, 0, 1400).Payload(QuotedV6.AsSpan(0, 56)).Build(),
            PacketBuilder.Icmp("203.0.113.9", "192.0.2.1", 3, 4, 1400).Payload(QuotedV4.AsSpan(0, 28)).Fragment(0, more: true).Build(),
        })
        {
            Assert.True(IpPacketView.TryView(other, out var packet));
            Assert.False(PacketTooBig.TryRead(packet, out _, out _));
        }
    }

    private static byte[] Error(byte[] quoted, ushort mtu) => PacketBuilder.Icmp("203.0.113.9", "192.0.2.1", 3, 4, mtu).Payload(quoted).Build();

    private static byte[] ErrorV6(byte[] quoted, uint mtu) => PacketBuilder.Icmp("2001:db8::9", "2001:db8::1", 2, 0, mtu).Payload(quoted).Build();
}
