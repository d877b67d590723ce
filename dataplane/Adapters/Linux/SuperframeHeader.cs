using System.Buffers.Binary;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Adapters.Linux;

/// <summary>The header a superframe enters the kernel with: lengths of the whole, and in the checksum field the pseudo-header's sum, folded and not inverted.</summary>
internal static class SuperframeHeader
{
    /// <summary>Writes lengths and sums into the header of a superframe of <paramref name="length"/> octets; gives where its transport header starts, 0 when it is no IP header.</summary>
    public static int Seal(Span<byte> header, in Segmentation segments, int length)
    {
        var isV4 = header[0] >> 4 == (int)IpVersion.V4;
        // The length field counts for the view, which only sees the header here.
        WriteLength(header, isV4, header.Length);
        if (!IpPacketView.TryView(header, out var packet))
        {
            return 0;
        }

        var (source, destination, transportAt) = (packet.Source, packet.Destination, packet.PayloadAt);
        WriteLength(header, isV4, length);
        if (isV4)
        {
            packet.V4.UpdateChecksum();
        }

        var protocol = segments.Kind == SegmentKind.Tcp ? IpProtocol.Tcp : IpProtocol.Udp;
        var transport = header[transportAt..];
        var sum = InternetChecksum.Fold(InternetChecksum.PseudoHeader(source, destination, protocol, length - transportAt));
        if (protocol == IpProtocol.Udp)
        {
            BinaryPrimitives.WriteUInt16BigEndian(transport[4..], (ushort)(length - transportAt));
        }

        BinaryPrimitives.WriteUInt16BigEndian(transport[(protocol == IpProtocol.Tcp ? TcpView.ChecksumAt : UdpView.ChecksumAt)..], sum);
        return transportAt;
    }

    private static void WriteLength(Span<byte> header, bool isV4, int length)
    {
        if (isV4)
        {
            BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)length);
            return;
        }

        BinaryPrimitives.WriteUInt16BigEndian(header[4..], (ushort)(length - Ipv6View.HeaderLength));
    }
}
