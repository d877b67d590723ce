using System.Buffers.Binary;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Wire.Segments;

/// <summary>Divides a TCP or UDP superframe into the packets it stands for, one call per packet.</summary>
public static class SegmentSplitter
{
    private const int Ipv4TotalLengthAt = 2;
    private const int Ipv6PayloadLengthAt = 4;

    /// <summary>Packets a superframe of <paramref name="length"/> octets stands for; 1 where there is no payload to divide.</summary>
    public static int Count(int length, int headerLength, int segmentSize) =>
        segmentSize <= 0 || length <= headerLength ? 1 : (int)(((long)length - headerLength + segmentSize - 1) / segmentSize);

    /// <summary>Octets of IP, extension, option and TCP or UDP headers; false where they are cut off, a fragment, or of another protocol.</summary>
    /// <remarks>The length fields of a superframe are not believed, since its sender may leave them for the splitter to write.</remarks>
    public static bool TryReadHeaderLength(Span<byte> superframe, out int headerLength)
    {
        headerLength = 0;
        if (!TryFindTransport(superframe, out var protocol, out var transportAt))
        {
            return false;
        }

        var transport = superframe[transportAt..];
        if (protocol == IpProtocol.Udp)
        {
            headerLength = transportAt + UdpView.HeaderLength;
            return transport.Length >= UdpView.HeaderLength;
        }

        if (!TcpView.TryView(transport, out var tcp))
        {
            return false;
        }

        headerLength = transportAt + tcp.HeaderLength;
        return true;
    }

    /// <summary>Writes packet <paramref name="index"/> of a superframe and returns its length; 0 when the index lies behind the last, the destination is too short, or the header length is not that of a TCP or UDP packet.</summary>
    /// <remarks>The IPv4 identification counts up; lengths and both checksums are written afresh whatever the superframe held.</remarks>
    public static int Write(ReadOnlySpan<byte> superframe, int headerLength, int segmentSize, int index, Span<byte> destination)
    {
        var count = Count(superframe.Length, headerLength, segmentSize);
        if (headerLength <= 0 || headerLength > superframe.Length || (uint)index >= (uint)count)
        {
            return 0;
        }

        var payloadAt = count == 1 ? headerLength : headerLength + index * segmentSize;
        var payloadLength = count == 1 ? superframe.Length - headerLength : Math.Min(segmentSize, superframe.Length - payloadAt);
        var length = headerLength + payloadLength;
        if (length > destination.Length || length > Ipv4View.MaximumLength)
        {
            return 0;
        }

        var segment = destination[..length];
        superframe[..headerLength].CopyTo(segment);
        superframe.Slice(payloadAt, payloadLength).CopyTo(segment[headerLength..]);
        var isWritten = WriteIpLength(segment)
            && IpPacketView.TryView(segment, out var packet)
            && TryWriteHeaders(packet, headerLength, (uint)index * (uint)segmentSize, index, count);
        return isWritten ? length : 0;
    }

    /// <summary>Computes the transport checksum of a single packet whose field holds only the pseudo-header's sum (CHECKSUM_PARTIAL); false for what <see cref="TransportChecksum.TryUpdate"/> refuses.</summary>
    public static bool CompleteChecksum(Span<byte> packet) => IpPacketView.TryView(packet, out var view) && TransportChecksum.TryUpdate(view);

    /// <summary>Completes a checksum where a port says it is (virtio's csum_start and csum_offset): the octets from <paramref name="start"/> on are covered and the field holds the pseudo-header's sum; false when the field lies outside.</summary>
    public static bool CompleteChecksum(Span<byte> packet, int start, int offset)
    {
        if (start < 0 || offset < 0 || start > packet.Length - 2 || offset > packet.Length - 2 - start)
        {
            return false;
        }

        var covered = packet[start..];
        var checksum = InternetChecksum.Compute(covered);
        // RFC 768 sends a computed 0 as all ones; both are the same number to every other protocol.
        BinaryPrimitives.WriteUInt16BigEndian(covered[offset..], checksum == 0 ? (ushort)0xFFFF : checksum);
        return true;
    }

    private static bool TryFindTransport(Span<byte> superframe, out byte protocol, out int transportAt)
    {
        (protocol, transportAt) = (0, 0);
        if (superframe.Length >= Ipv4View.MinimumHeaderLength && superframe[0] >> 4 == (int)IpVersion.V4)
        {
            var view = Ipv4View.Trust(superframe);
            (protocol, transportAt) = (view.Protocol, view.HeaderLength);
            return !view.IsFragment && transportAt >= Ipv4View.MinimumHeaderLength && transportAt <= superframe.Length && IsDivisible(protocol);
        }

        if (superframe.Length < Ipv6View.HeaderLength || superframe[0] >> 4 != (int)IpVersion.V6 || !Ipv6ExtensionWalker.TryWalk(superframe, out var walk))
        {
            return false;
        }

        (protocol, transportAt) = (walk.Protocol, walk.PayloadAt);
        return !walk.HasFragmentHeader && IsDivisible(protocol);
    }

    private static bool IsDivisible(byte protocol) => protocol is IpProtocol.Tcp or IpProtocol.Udp;

    private static bool WriteIpLength(Span<byte> segment)
    {
        switch (segment[0] >> 4)
        {
            case (int)IpVersion.V4 when segment.Length >= Ipv4View.MinimumHeaderLength:
                BinaryPrimitives.WriteUInt16BigEndian(segment[Ipv4TotalLengthAt..], (ushort)segment.Length);
                return true;

            case (int)IpVersion.V6 when segment.Length >= Ipv6View.HeaderLength:
                BinaryPrimitives.WriteUInt16BigEndian(segment[Ipv6PayloadLengthAt..], (ushort)(segment.Length - Ipv6View.HeaderLength));
                return true;

            default:
                return false;
        }
    }

    private static bool TryWriteHeaders(in IpPacketView packet, int headerLength, uint payloadOffset, int index, int count)
    {
        if (packet.IsFragment)
        {
            return false;
        }

        if (packet.Version == IpVersion.V4)
        {
            var v4 = packet.V4;
            v4.Identification += (ushort)index;
            v4.UpdateChecksum();
        }

        return packet.Protocol switch
        {
            IpProtocol.Tcp => TryWriteTcp(packet, headerLength, payloadOffset, isFirst: index == 0, isLast: index == count - 1),
            IpProtocol.Udp => TryWriteUdp(packet, headerLength),
            _ => false,
        };
    }

    private static bool TryWriteTcp(in IpPacketView packet, int headerLength, uint payloadOffset, bool isFirst, bool isLast)
    {
        if (!TcpView.TryView(packet.Payload, out var tcp) || packet.PayloadAt + tcp.HeaderLength != headerLength)
        {
            return false;
        }

        tcp.Sequence += payloadOffset;
        // RFC 3168 §6.1.2: one window reduction is told once.
        var absent = (isFirst ? 0 : TcpView.Cwr) | (isLast ? 0 : TcpView.Fin | TcpView.Psh);
        tcp.Flags &= (byte)~absent;
        tcp.UpdateChecksum(packet.Source, Ipv6RoutingHeader.FinalDestination(packet));
        return true;
    }

    private static bool TryWriteUdp(in IpPacketView packet, int headerLength)
    {
        if (packet.PayloadAt + UdpView.HeaderLength != headerLength)
        {
            return false;
        }

        var datagram = packet.Payload;
        BinaryPrimitives.WriteUInt16BigEndian(datagram[4..], (ushort)datagram.Length);
        if (!UdpView.TryView(datagram, out var udp))
        {
            return false;
        }

        udp.UpdateChecksum(packet.Source, Ipv6RoutingHeader.FinalDestination(packet));
        return true;
    }
}
