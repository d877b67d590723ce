using IpsecDp.Fuzz.Ike;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Ipsec;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Fuzz;

/// <summary>The seeds of the targets, as our own builders make them.</summary>
public static class SeedPackets
{
    private const string V4 = "10.1.0.1";
    private const string V4Peer = "10.2.0.2";
    private const string V6 = "2001:db8::1";
    private const string V6Peer = "2001:db8::2";

    /// <summary>Every seed: its target, its name, its octets.</summary>
    public static IEnumerable<(string Target, string Name, byte[] Octets)> All()
    {
        foreach (var (name, octets) in Packets())
        {
            var isV4 = octets[0] >> 4 == 4;
            foreach (var target in isV4 ? ["ipv4", "ip-packet", "flow-key", "too-big", "printer"] : new[] { "ipv6", "ext-walk", "ip-packet", "flow-key", "too-big", "printer" })
            {
                yield return (target, name, octets);
            }

            yield return ("inbound-line", name, octets);
            yield return ("outbound-line", name, octets);
            yield return ("fragmenter", name, [0, 68, .. octets]);
            yield return ("splitter", name, [4, 0, .. octets]);
            yield return ("segment-writer", name, [4, 0, .. octets]);
        }

        foreach (var seed in IkeSeeds.All())
        {
            yield return seed;
        }

        foreach (var (target, name, octets) in Superframes())
        {
            yield return (target, name, octets);
        }

        foreach (var (name, octets) in NetlinkSeeds.All())
        {
            yield return ("netlink", name, octets);
        }

        foreach (var (target, name, octets) in Payloads())
        {
            yield return (target, name, octets);
        }
    }

    private static IEnumerable<(string Name, byte[] Octets)> Packets()
    {
        yield return ("v4-udp", PacketBuilder.Udp(V4, V4Peer, 4000, 53).Payload(60).Build());
        yield return ("v4-tcp-options", PacketBuilder.Tcp(V4, V4Peer, 4000, 80).TcpOptions(1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2).Payload(80).Build());
        yield return ("v4-options", PacketBuilder.Udp(V4, V4Peer, 4000, 53).Options(0x94, 4, 0, 0, 7, 7, 4, 0, 0, 0, 0).Payload(48).Build());
        yield return ("v4-echo", PacketBuilder.Icmp(V4, V4Peer, IcmpType.Echo, 0, 0x00010002).Payload(56).Build());
        yield return ("v4-first-fragment", PacketBuilder.Udp(V4, V4Peer, 4000, 53).Payload(64).Fragment(0, more: true).Build());
        yield return ("v4-later-fragment", PacketBuilder.Udp(V4, V4Peer, 4000, 53).Payload(64).Fragment(72, more: false).Build());
        yield return ("v4-too-big", PacketBuilder.Icmp(V4Peer, V4, IcmpType.Unreachable, IcmpType.FragmentationNeededCode, 1400).Payload(PacketBuilder.Udp(V4, V4Peer, 4000, 53).Payload(20).Build()).Build());
        yield return ("v4-esp", PacketBuilder.Ip(V4, V4Peer, IpProtocol.Esp).Payload(Esp()).Build());
        yield return ("v4-udp-esp", PacketBuilder.Udp(V4, V4Peer, 4500, 4500).Payload(Esp()).Build());
        yield return ("v4-ah-tcp", PacketBuilder.Ip(V4, V4Peer, IpProtocol.Ah).Payload(Ah(IpProtocol.Tcp)).Build());
        yield return ("v4-in-v4", PacketBuilder.Ip(V4, V4Peer, IpProtocol.Ipv4).Payload(PacketBuilder.Udp(V4, V4Peer, 1, 2).Payload(8).Build()).Build());
        yield return ("v6-udp", PacketBuilder.Udp(V6, V6Peer, 4000, 53).Payload(60).Build());
        yield return ("v6-tcp", PacketBuilder.Tcp(V6, V6Peer, 4000, 80).Payload(80).Build());
        yield return ("v6-echo", PacketBuilder.Icmp(V6, V6Peer, IcmpType.V6Echo, 0, 0x00010002).Payload(56).Build());
        yield return ("v6-extensions", PacketBuilder.Udp(V6, V6Peer, 4000, 53).Extension(IpProtocol.HopByHop, 5, 2, 0, 0, 1, 0).Extension(IpProtocol.DestinationOptions, 1, 4).Payload(40).Build());
        yield return ("v6-routing", PacketBuilder.Tcp(V6, V6Peer, 4000, 80).Extension(IpProtocol.Routing, [2, 1, 0, 0, 0, 0, 0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9]).FinalDestination("2001:db8::9").Payload(30).Build());
        yield return ("v6-first-fragment", PacketBuilder.Udp(V6, V6Peer, 4000, 53).Payload(64).Fragment(0, more: true).Build());
        yield return ("v6-later-fragment", PacketBuilder.Udp(V6, V6Peer, 4000, 53).Payload(64).Fragment(72, more: false).Build());
        yield return ("v6-too-big", PacketBuilder.Icmp(V6Peer, V6, IcmpType.V6PacketTooBig, 0, 1400).Payload(PacketBuilder.Udp(V6, V6Peer, 4000, 53).Payload(20).Build()).Build());
        yield return ("v6-esp", PacketBuilder.Ip(V6, V6Peer, IpProtocol.Esp).Payload(Esp()).Build());
        yield return ("v4-in-v6", PacketBuilder.Ip(V6, V6Peer, IpProtocol.Ipv4).Payload(PacketBuilder.Tcp(V4, V4Peer, 1, 2).Payload(8).Build()).Build());
    }

    private static IEnumerable<(string Target, string Name, byte[] Octets)> Superframes()
    {
        foreach (var (family, source, destination) in new[] { ("v4", V4, V4Peer), ("v6", V6, V6Peer) })
        {
            byte[] Tcp(uint index) => PacketBuilder.Tcp(source, destination, 4000, 80, 1 + (index * 64)).Identification((ushort)(index + 1)).Payload(64).Build();
            byte[] Udp(int index) => PacketBuilder.Udp(source, destination, 4000, 53).Identification((ushort)(index + 1)).Payload(64).Build();
            yield return ("segment-run", family + "-tcp", [0, (byte)Tcp(0).Length, .. Tcp(0), .. Tcp(1)]);
            yield return ("segment-run", family + "-udp", [0, (byte)Udp(0).Length, .. Udp(0), .. Udp(1)]);
            var headerLength = (byte)(family == "v4" ? 28 : 48);
            var cipher = PacketBuilder.Udp(source, destination, 4500, 4500).Payload([.. Enumerable.Range(0, 3).SelectMany(_ => Esp())]).Build();
            yield return ("cipher-superframe", family, [12, headerLength, .. cipher]);
            yield return ("superframe-line", family, [0, 48, 0, headerLength, .. cipher]);
            byte[] inner = [.. Enumerable.Range(0, 3).SelectMany(i => (byte[])[.. Tcp((uint)i), 1, 2, 2, (byte)(family == "v4" ? 4 : 41)])];
            yield return ("superframe-line", family + "-sealed", [0, (byte)(inner.Length / 3), 0, headerLength, .. inner]);
        }
    }

    private static IEnumerable<(string Target, string Name, byte[] Octets)> Payloads()
    {
        yield return ("udp", "datagram", PacketBuilder.Udp(V4, V4Peer, 4000, 53).Payload(60).Build()[20..]);
        yield return ("udp", "empty", PacketBuilder.Udp(V4, V4Peer, 4000, 53).Build()[20..]);
        yield return ("tcp", "segment", PacketBuilder.Tcp(V4, V4Peer, 4000, 80).Payload(60).Build()[20..]);
        yield return ("tcp", "options", PacketBuilder.Tcp(V4, V4Peer, 4000, 80).TcpOptions(2, 4, 5, 180, 1, 3, 3, 7).Build()[20..]);
        yield return ("segment-size", "v4-syn", PacketBuilder.Tcp(V4, V4Peer, 4000, 80, flags: TcpView.Syn).TcpOptions(2, 4, 5, 180, 1, 3, 3, 7).Build());
        yield return ("segment-size", "v6-syn-odd", PacketBuilder.Tcp(V6, V6Peer, 4000, 80, flags: TcpView.Syn).TcpOptions(1, 2, 4, 255, 255, 1, 1, 0).Build());
        yield return ("icmp", "echo", PacketBuilder.Icmp(V4, V4Peer, IcmpType.Echo, 0, 1).Payload(56).Build()[20..]);
        yield return ("icmp", "quote", PacketBuilder.Icmp(V4, V4Peer, IcmpType.Unreachable, 3).Payload(PacketBuilder.Udp(V4, V4Peer, 1, 2).Build()).Build()[20..]);
        yield return ("icmp", "quote-v6", PacketBuilder.Icmp(V6, V6Peer, IcmpType.V6Unreachable, 4).Payload(PacketBuilder.Udp(V6, V6Peer, 1, 2).Extension(IpProtocol.HopByHop, 5, 2).Build()).Build()[40..]);
        yield return ("esp", "packet", Esp());
        yield return ("esp-trailer", "padded", [.. new byte[20], 1, 2, 3, 4, 4, IpProtocol.Ipv4]);
        yield return ("esp-trailer", "bare", [0, IpProtocol.NoNextHeader]);
        yield return ("ah", "header", Ah(IpProtocol.Udp));
        yield return ("udp-encap-marker", "keepalive", [UdpEncapMarker.KeepaliveOctet]);
        yield return ("udp-encap-marker", "ike", [0, 0, 0, 0, .. new byte[28]]);
        yield return ("udp-encap-marker", "esp", Esp());
    }

    private static byte[] Esp() => [0, 0, 0x10, 1, 0, 0, 0, 7, .. new byte[40]];

    private static byte[] Ah(byte nextHeader)
    {
        var octets = new byte[24 + 20];
        AhView.Write(octets, nextHeader, 24, 0x1001, 7);
        octets[24 + 12] = 0x50;
        return octets;
    }
}
