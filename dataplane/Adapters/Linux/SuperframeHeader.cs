using System.Buffers.Binary;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Adapters.Linux;

/// <summary>The header a superframe enters the kernel with: lengths of the whole, and in the checksum field the pseudo-header's sum, folded and not inverted.</summary>
internal static class SuperframeHeader
{
    /// <summary>Writes lengths and sums into the header of a superframe of <paramref name="length"/> octets and says where its transport header starts; false when it is no header that ends with TCP or UDP.</summary>
    public static bool TrySeal(Span<byte> header, in Segmentation segments, int length, out int transportAt)
    {
        transportAt = 0;
        if (header.Length < Ipv4View.MinimumHeaderLength)
        {
            return false;
        }

        var isV4 = header[0] >> 4 == (int)IpVersion.V4;
        // The length field counts for the view, which only sees the header here.
        WriteLength(header, isV4, header.Length);
        var protocol = segments.Kind == SegmentKind.Tcp ? IpProtocol.Tcp : IpProtocol.Udp;
        if (!IpPacketView.TryView(header, out var packet) || packet.Protocol != protocol || packet.Payload.Length < UdpView.HeaderLength)
        {
            return false;
        }

        // RFC 8200 §8.1: behind a routing header the sum covers the last stop.
        var (source, destination) = (packet.Source, Ipv6RoutingHeader.FinalDestination(packet));
        transportAt = packet.PayloadAt;
        WriteLength(header, isV4, length);
        if (isV4)
        {
            packet.V4.UpdateChecksum();
        }

        var transport = header[transportAt..];
        var sum = InternetChecksum.Fold(InternetChecksum.PseudoHeader(source, destination, protocol, length - transportAt));
        if (protocol == IpProtocol.Udp)
        {
            BinaryPrimitives.WriteUInt16BigEndian(transport[4..], (ushort)(length - transportAt));
        }

        var checksumAt = protocol == IpProtocol.Tcp ? TcpView.ChecksumAt : UdpView.ChecksumAt;
        if (checksumAt > transport.Length - 2)
        {
            return false;
        }

        BinaryPrimitives.WriteUInt16BigEndian(transport[checksumAt..], sum);
        return true;
    }

    private static void WriteLength(Span<byte> header, bool isV4, int length) =>
        BinaryPrimitives.WriteUInt16BigEndian(header[(isV4 ? 2 : 4)..], (ushort)(isV4 ? length : length - Ipv6View.HeaderLength));
}
