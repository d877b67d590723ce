using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Ipsec;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Wire.Print;

/// <summary>Describes what an IP packet carries.</summary>
internal static class PayloadPrinter
{
    private const ushort IkePort = 500;
    private const ushort UdpEncapPort = 4500;

    public static void Write(byte protocol, Span<byte> payload, ref LineWriter line, int depth)
    {
        switch (protocol)
        {
            case IpProtocol.Tcp:
                TcpPrinter.Write(payload, ref line);
                break;

            case IpProtocol.Udp:
                WriteUdp(payload, ref line);
                break;

            case IpProtocol.Icmp:
                IcmpPrinter.Write(payload, ref line, depth);
                break;

            case IpProtocol.Icmpv6:
                IcmpPrinter.WriteV6(payload, ref line, depth);
                break;

            case IpProtocol.Esp:
                WriteEsp(payload, ref line);
                break;

            case IpProtocol.Ah:
                WriteAh(payload, ref line, depth);
                break;

            case IpProtocol.Ipv4 or IpProtocol.Ipv6:
                PacketPrinter.WritePacket(payload, ref line, depth + 1);
                break;

            default:
                WriteOther(protocol, payload, ref line);
                break;
        }
    }

    private static void WriteUdp(Span<byte> payload, ref LineWriter line)
    {
        if (!UdpView.TryView(payload, out var udp))
        {
            WriteCutOff("UDP", payload, ref line);
            return;
        }

        if (udp.SourcePort == UdpEncapPort || udp.DestinationPort == UdpEncapPort)
        {
            WriteUdpEncap(udp.Payload, ref line);
            return;
        }

        line.Add(udp.SourcePort == IkePort || udp.DestinationPort == IkePort ? "isakmp, length " : "UDP, length ");
        line.Add(udp.Payload.Length);
    }

    private static void WriteUdpEncap(Span<byte> payload, ref LineWriter line)
    {
        line.Add("UDP-encap: ");
        switch (UdpEncapMarker.Classify(payload))
        {
            case UdpEncapKind.Keepalive:
                line.Add("NAT-keepalive");
                break;

            case UdpEncapKind.Ike:
                line.Add("isakmp, length ");
                line.Add(payload.Length - UdpEncapMarker.Length);
                break;

            case UdpEncapKind.Esp:
                WriteEsp(payload, ref line);
                break;

            default:
                WriteCutOff("ESP", payload, ref line);
                break;
        }
    }

    private static void WriteEsp(Span<byte> payload, ref LineWriter line)
    {
        if (!EspView.TryView(payload, out var esp))
        {
            WriteCutOff("ESP", payload, ref line);
            return;
        }

        WriteSa("ESP", esp.Spi, esp.Sequence, ref line);
        line.Add(", length ");
        line.Add(payload.Length);
    }

    private static void WriteAh(Span<byte> payload, ref LineWriter line, int depth)
    {
        if (!AhView.TryView(payload, out var ah))
        {
            WriteCutOff("AH", payload, ref line);
            return;
        }

        WriteSa("AH", ah.Spi, ah.Sequence, ref line);
        line.Add(": ");
        // AH may protect AH; the chain ends with the octets, the line with its bound.
        if (depth < PacketPrinter.MaximumDepth)
        {
            Write(ah.NextHeader, ah.Payload, ref line, depth + 1);
        }
    }

    private static void WriteSa(string name, uint spi, uint sequence, ref LineWriter line)
    {
        line.Add(name);
        line.Add("(spi=");
        line.AddHex(spi, digits: 8);
        line.Add(",seq=");
        line.AddHex(sequence);
        line.Add(")");
    }

    private static void WriteOther(byte protocol, Span<byte> payload, ref LineWriter line)
    {
        var name = ProtocolName.Of(protocol);
        line.Add(name);
        if (name == ProtocolName.Unknown)
        {
            line.Add(" ");
            line.Add(protocol);
        }

        line.Add(", length ");
        line.Add(payload.Length);
    }

    /// <summary>Names a header that its octets cut off or contradict.</summary>
    public static void WriteCutOff(string name, ReadOnlySpan<byte> octets, ref LineWriter line)
    {
        line.Add("[malformed ");
        line.Add(name);
        line.Add(", length ");
        line.Add(octets.Length);
        line.Add("]");
    }
}
