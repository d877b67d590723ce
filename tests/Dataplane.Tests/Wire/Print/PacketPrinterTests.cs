using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Ipsec;
using IpsecDp.Wire.Print;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Wire.Print;

public sealed class PacketPrinterTests
{
    private const string V4 = "192.0.2.1";
    private const string V4Peer = "192.0.2.2";
    private const string V6 = "2001:db8::1";
    private const string V6Peer = "2001:db8::2";

    [Theory]
    [MemberData(nameof(Lines))]
    public void Write_PacketOfAKind_IsNamed(string expected, byte[] packet) => Assert.Equal(expected, Print(packet));

    public static TheoryData<string, byte[]> Lines() => new()
    {
        { "IP 192.0.2.1.4000 > 192.0.2.2.53: UDP, length 5", PacketBuilder.Udp(V4, V4Peer, 4000, 53).Payload(5).Build() },
        { "IP 192.0.2.1.500 > 192.0.2.2.500: isakmp, length 28", PacketBuilder.Udp(V4, V4Peer, 500, 500).Payload(28).Build() },
        { "IP 192.0.2.1.4500 > 192.0.2.2.4500: UDP-encap: NAT-keepalive", PacketBuilder.Udp(V4, V4Peer, 4500, 4500).Payload([0xFF]).Build() },
        { "IP 192.0.2.1.4500 > 192.0.2.2.4500: UDP-encap: isakmp, length 28", PacketBuilder.Udp(V4, V4Peer, 4500, 4500).Payload(new byte[32]).Build() },
        { "IP 192.0.2.1.4500 > 192.0.2.2.4500: UDP-encap: ESP(spi=0x00001001,seq=0x7), length 28", PacketBuilder.Udp(V4, V4Peer, 4500, 4500).Payload(Esp).Build() },
        { "IP 192.0.2.1.4500 > 192.0.2.2.4500: UDP-encap: [malformed ESP, length 2]", PacketBuilder.Udp(V4, V4Peer, 4500, 4500).Payload([1, 2]).Build() },
        { "IP6 2001:db8::1.4000 > 2001:db8::2.80: Flags [SE.], seq 9, ack 1, win 64000, options 4, length 0", PacketBuilder.Tcp(V6, V6Peer, 4000, 80, 9, 1, TcpView.Syn | TcpView.Ack | TcpView.Ece).TcpOptions(2, 4, 5, 180).Build() },
        { "IP 192.0.2.1.4000 > 192.0.2.2.80: Flags [P.], seq 4294967295:9, ack 1, win 64000, length 10", PacketBuilder.Tcp(V4, V4Peer, 4000, 80, uint.MaxValue, 1, TcpView.Psh | TcpView.Ack).Payload(10).Build() },
        { "IP 192.0.2.1.4000 > 192.0.2.2.80: Flags [none], seq 1, win 64000, length 0", PacketBuilder.Tcp(V4, V4Peer, 4000, 80, flags: 0).Build() },
        { "IP 192.0.2.1 > 192.0.2.2: ICMP echo request, id 5, seq 6, length 64", PacketBuilder.Icmp(V4, V4Peer, 8, 0, 0x00050006).Payload(56).Build() },
        { "IP 192.0.2.1 > 192.0.2.2: ICMP unreachable, fragmentation needed, mtu 1400, length 36 (about 192.0.2.2 > 192.0.2.1: UDP)", PacketBuilder.Icmp(V4, V4Peer, 3, 4, 1400).Payload(PacketBuilder.Udp(V4Peer, V4, 1, 2).Build()).Build() },
        { "IP6 2001:db8::1 > 2001:db8::2: ICMP6 packet too big, mtu 1280, length 8", PacketBuilder.Icmp(V6, V6Peer, 2, 0, 1280).Build() },
        { "IP6 2001:db8::1 > 2001:db8::2: ICMP6 neighbor solicitation type 135 code 0, length 24", PacketBuilder.Icmp(V6, V6Peer, 135, 0).Payload(16).Build() },
        { "IP 192.0.2.1 > 192.0.2.2: ESP(spi=0x00001001,seq=0x7), length 28", PacketBuilder.Ip(V4, V4Peer, IpProtocol.Esp).Payload(Esp).Build() },
        { "IP 192.0.2.1 > 192.0.2.2: AH(spi=0x00000102,seq=0x3): ESP(spi=0x00001001,seq=0x7), length 28", PacketBuilder.Ip(V4, V4Peer, IpProtocol.Ah).Payload([.. Ah(IpProtocol.Esp), .. Esp]).Build() },
        { "IP6 2001:db8::1 > 2001:db8::2: IP 192.0.2.1.1 > 192.0.2.2.2: UDP, length 0", PacketBuilder.Ip(V6, V6Peer, IpProtocol.Ipv4).Payload(PacketBuilder.Udp(V4, V4Peer, 1, 2).Build()).Build() },
        { "IP6 2001:db8::1 > 2001:db8::2: HBH frag (0xbeef:1480|24+) UDP, length 24", PacketBuilder.Udp(V6, V6Peer, 1, 2).Extension(IpProtocol.HopByHop, 5, 2).Payload(24).Fragment(1480, more: true, 0xBEEF).Build() },
        { "IP 192.0.2.1 > 192.0.2.2: frag (0x1234:8|24) UDP, length 24", PacketBuilder.Udp(V4, V4Peer, 1, 2).Payload(24).Fragment(8, more: false).Build() },
        { "IP 192.0.2.1 > 192.0.2.2: protocol 200, length 3", PacketBuilder.Ip(V4, V4Peer, 200).Payload(3).Build() },
        { "IP 192.0.2.1 > 192.0.2.2: [malformed TCP, length 3]", PacketBuilder.Ip(V4, V4Peer, IpProtocol.Tcp).Payload(3).Build() },
        { "[empty]", [] },
        { "[unknown IP version 9, length 2]", [0x90, 0] },
        { "IP [header cut off at 3]", [0x45, 0, 0] },
        { "IP [malformed: header length 20, total length 21 of 20]", [0x45, 0, 0, 21, .. new byte[16]] },
        { "IP [malformed: header length 16]", [0x44, 0, 0, 20, .. new byte[16]] },
        { "IP6 [header cut off at 39]", [0x60, .. new byte[38]] },
        { "IP6 [malformed: payload length 1 of 0]", [0x60, 0, 0, 0, 0, 1, .. new byte[34]] },
        { "IP6 [malformed: extension headers, payload length 2]", [0x60, 0, 0, 0, 0, 2, IpProtocol.HopByHop, .. new byte[33], 6, 0] },
    };

    [Fact]
    public void Write_EveryDamage_PrintsWithinBounds()
    {
        foreach (var packet in PacketKinds.All)
        {
            foreach (var damaged in Damage.Truncations(packet).Concat(Damage.BitChanges(packet)))
            {
                var line = Print(damaged);
                Assert.InRange(line.Length, 1, PacketPrinter.MaximumLength);
                Assert.DoesNotContain(line, character => character is < ' ' or > '~');
            }
        }
    }

    [Fact]
    public void Write_EveryLineLength_IsThePrefixOfTheWholeLine()
    {
        var packet = PacketBuilder.Udp(V4, V4Peer, 4000, 53).Payload(5).Build();
        var whole = Print(packet);
        for (var length = 0; length <= whole.Length; length++)
        {
            var line = new char[length];
            Assert.Equal(length, PacketPrinter.Write(packet, line));
            Assert.Equal(whole[..length], new string(line));
        }
    }

    [Fact]
    public void Write_TunnelInTunnelInTunnel_EndsAtItsDepth()
    {
        var packet = PacketBuilder.Udp(V4, V4Peer, 1, 2).Build();
        for (var depth = 0; depth < 100; depth++)
        {
            packet = PacketBuilder.Ip(V4, V4Peer, IpProtocol.Ipv4).Payload(packet).Build();
        }

        Assert.EndsWith(": ...", Print(packet), StringComparison.Ordinal);
    }

    private static byte[] Esp => [0, 0, 0x10, 1, 0, 0, 0, 7, .. new byte[20]];

    private static byte[] Ah(byte nextHeader)
    {
        var octets = new byte[24];
        AhView.Write(octets, nextHeader, 24, 0x102, 3);
        return octets;
    }

    private static string Print(byte[] packet)
    {
        using var output = new StringWriter();
        PacketPrinter.Write(packet, output);
        return output.ToString();
    }
}
