using System.Buffers.Binary;

namespace IpsecDp.TestKit.Divert;

/// <summary>Where the headers of a packet stand to WinDivert, which is not everywhere where they stand to the product: it walks past AH and mobility headers, and wants whole headers. -1 for one that is not there.</summary>
public sealed record DivertPacketHeaders(int Ip, int Ipv6, int Icmp, int Icmpv6, int Tcp, int Udp, int Data, int DataLength, int Protocol, bool IsFragment)
{
    private const int HopByHop = 0;
    private const int Icmp4 = 1;
    private const int TcpNumber = 6;
    private const int UdpNumber = 17;
    private const int Routing = 43;
    private const int Fragment = 44;
    private const int Ah = 51;
    private const int Icmp6 = 58;
    private const int Destination = 60;
    private const int Mobility = 135;

    /// <summary>Reads a packet; null where WinDivert finds no IP header. Lengths beyond the octets are cut, as its evaluation does.</summary>
    public static DivertPacketHeaders? Read(ReadOnlySpan<byte> packet)
    {
        if (packet.Length >= 20 && packet[0] >> 4 == 4)
        {
            var headerLength = (packet[0] & 15) * 4;
            var total = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
            var word = BinaryPrimitives.ReadUInt16BigEndian(packet[6..]);
            return headerLength < 20 || total < headerLength || packet.Length < headerLength
                ? null
                : Transport(packet[..Math.Min(total, packet.Length)], 0, -1, packet[9], headerLength, (word & 0x1FFF) != 0, (word & 0x3FFF) != 0);
        }

        return packet.Length >= 40 && packet[0] >> 4 == 6 ? ReadV6(packet[..Math.Min(40 + BinaryPrimitives.ReadUInt16BigEndian(packet[4..]), packet.Length)]) : null;
    }

    private static DivertPacketHeaders ReadV6(ReadOnlySpan<byte> packet)
    {
        int protocol = packet[6], at = 40;
        bool isFragment = false, isLater = false;
        while (!isLater && packet.Length - at >= 8)
        {
            int length;
            switch (protocol)
            {
                case HopByHop or Routing or Destination or Mobility:
                    length = (packet[at + 1] + 1) * 8;
                    break;

                case Ah:
                    length = (packet[at + 1] + 2) * 4;
                    break;

                case Fragment when !isFragment:
                    (length, isFragment) = (8, true);
                    isLater = (BinaryPrimitives.ReadUInt16BigEndian(packet[(at + 2)..]) & 0xFFF8) != 0;
                    break;

                default:
                    length = 0;
                    break;
            }

            if (length == 0 || length > packet.Length - at)
            {
                break;
            }

            protocol = packet[at];
            at += length;
        }

        return Transport(packet, -1, 0, protocol, at, isLater, isFragment);
    }

    private static DivertPacketHeaders Transport(ReadOnlySpan<byte> packet, int ip, int ipv6, int protocol, int at, bool isLater, bool isFragment)
    {
        var rest = packet.Length - at;
        int icmp = -1, icmpv6 = -1, tcp = -1, udp = -1, header = 0;
        switch (protocol)
        {
            case var _ when isLater:
                break;

            case TcpNumber when rest >= 20 && packet[at + 12] >> 4 >= 5:
                (tcp, header) = (at, Math.Min((packet[at + 12] >> 4) * 4, rest));
                break;

            case UdpNumber when rest >= 8:
                (udp, header) = (at, 8);
                break;

            case Icmp4 when ip >= 0 && rest >= 8:
                (icmp, header) = (at, 8);
                break;

            case Icmp6 when ipv6 >= 0 && rest >= 8:
                (icmpv6, header) = (at, 8);
                break;

            default:
                break;
        }

        return new(ip, ipv6, icmp, icmpv6, tcp, udp, at + header, rest - header, protocol, isFragment);
    }
}
