using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Adapters.Linux;

/// <summary>Finds packets of one flow that a superframe can stand for, by the rules of the kernel's own GRO, so that splitting it gives the same packets back.</summary>
internal static class SegmentMerger
{
    /// <summary>Most packets one superframe stands for.</summary>
    public const int MaximumPackets = 128;

    /// <summary>Most octets of header a superframe has here: IPv6 without extensions and TCP with all its options.</summary>
    public const int MaximumHeaderLength = Ipv6View.HeaderLength + 60;

    private const int MaximumLength = Ipv4View.MaximumLength;

    /// <summary>Counts the packets from <paramref name="start"/> on that join into one superframe and says how it would divide; 1 where the first stays alone.</summary>
    public static int CountRun(PacketBatch batch, int start, bool joinsTcp, bool joinsUdp, out Segmentation segments)
    {
        segments = Segmentation.None;
        if (!IsCandidate(batch, start, out var first, out var kind) || !(kind == SegmentKind.Tcp ? joinsTcp : joinsUdp))
        {
            return 1;
        }

        var headerLength = HeaderLengthOf(first, kind);
        var size = first.Octets.Length - headerLength;
        var length = first.Octets.Length;
        var count = 1;
        var last = first;
        while (count < MaximumPackets && !Closes(last, kind, headerLength, size)
            && IsCandidate(batch, start + count, out var next, out var nextKind) && nextKind == kind
            && length + next.Octets.Length - headerLength <= MaximumLength
            && Continues(first, next, kind, headerLength, size, count))
        {
            length += next.Octets.Length - headerLength;
            last = next;
            count++;
        }

        if (count > 1)
        {
            segments = new Segmentation(kind, (ushort)size, (ushort)headerLength, IsChecksumMissing: true);
        }

        return count;
    }

    /// <summary>Writes the superframe's header: the first packet's, with the lengths of the whole, the last one's PSH and FIN, and the pseudo-header's sum where the kernel goes on summing. Gives where the transport header starts.</summary>
    public static int WriteHeader(Span<byte> first, Span<byte> last, in Segmentation segments, int length, Span<byte> header)
    {
        first[..segments.HeaderLength].CopyTo(header);
        if (segments.Kind == SegmentKind.Tcp && IpPacketView.TryView(last, out var lastPacket) && TcpView.TryView(lastPacket.Payload, out var lastTcp))
        {
            var transport = header[lastPacket.PayloadAt..];
            transport[TcpView.FlagsAt] |= (byte)(lastTcp.Flags & (TcpView.Psh | TcpView.Fin));
        }

        _ = SuperframeHeader.TrySeal(header, segments, length, out var transportAt);
        return transportAt;
    }

    private static bool IsCandidate(PacketBatch batch, int index, out IpPacketView packet, out SegmentKind kind)
    {
        packet = default;
        kind = SegmentKind.None;
        if (index >= batch.Count || batch[index] is not { } buffer || buffer.Segments != Segmentation.None || !IpPacketView.TryView(buffer.Packet, out packet))
        {
            return false;
        }

        // Octets behind the stated length would slip into the next packet's payload.
        var plainHeader = packet.Version == IpVersion.V4 ? Ipv4View.MinimumHeaderLength : Ipv6View.HeaderLength;
        if (packet.Octets.Length != buffer.Length || packet.PayloadAt != plainHeader || packet.IsFragment || (packet.Version == IpVersion.V4 && !packet.V4.HasRightChecksum()))
        {
            return false;
        }

        kind = packet.Protocol switch
        {
            IpProtocol.Tcp when IsMergeableTcp(packet) => SegmentKind.Tcp,
            IpProtocol.Udp when IsMergeableUdp(packet) => SegmentKind.Udp,
            _ => SegmentKind.None,
        };
        return kind != SegmentKind.None && HasRightChecksum(packet);
    }

    // SYN, RST, URG and CWR speak of one segment; data with ACK is what streams are made of.
    private static bool IsMergeableTcp(in IpPacketView packet) =>
        TcpView.TryView(packet.Payload, out var tcp)
        && (tcp.Flags & ~(TcpView.Psh | TcpView.Fin | TcpView.Ece)) == TcpView.Ack
        && !tcp.Payload.IsEmpty;

    // A datagram without a checksum would leave with one.
    private static bool IsMergeableUdp(in IpPacketView packet) =>
        UdpView.TryView(packet.Payload, out var udp)
        && udp.Length == packet.Payload.Length
        && udp.Checksum != 0
        && !udp.Payload.IsEmpty;

    // The superframe's checksum is declared right by whoever hands it over, so a wrong one must travel alone to be seen.
    private static bool HasRightChecksum(in IpPacketView packet)
    {
        var sum = InternetChecksum.PseudoHeader(packet.Source, packet.Destination, packet.Protocol, packet.Payload.Length);
        return InternetChecksum.Fold(InternetChecksum.Add(sum, packet.Payload)) == 0xFFFF;
    }

    private static int HeaderLengthOf(in IpPacketView packet, SegmentKind kind) =>
        packet.PayloadAt + (kind == SegmentKind.Tcp && TcpView.TryView(packet.Payload, out var tcp) ? tcp.HeaderLength : UdpView.HeaderLength);

    // A short segment, PSH and FIN belong at a superframe's end, because splitting puts them there.
    private static bool Closes(in IpPacketView packet, SegmentKind kind, int headerLength, int size) =>
        packet.Octets.Length - headerLength < size
        || (kind == SegmentKind.Tcp && TcpView.TryView(packet.Payload, out var tcp) && (tcp.Flags & (TcpView.Psh | TcpView.Fin)) != 0);

    private static bool Continues(in IpPacketView first, in IpPacketView next, SegmentKind kind, int headerLength, int size, int count) =>
        next.Octets.Length - headerLength <= size
        && IsSameNetworkHeader(first, next, count)
        && (kind == SegmentKind.Tcp ? ContinuesTcp(first, next, size, count) : ContinuesUdp(first, next));

    private static bool IsSameNetworkHeader(in IpPacketView first, in IpPacketView next, int count)
    {
        if (first.Version != next.Version || first.Source != next.Source || first.Destination != next.Destination || first.Tos != next.Tos || first.HopLimit != next.HopLimit)
        {
            return false;
        }

        if (first.Version == IpVersion.V6)
        {
            return first.V6.FlowLabel == next.V6.FlowLabel;
        }

        // RFC 6864 §4.1: with DF set the identification says nothing; without it, it must be what splitting writes.
        return first.V4.FragmentWord == next.V4.FragmentWord
            && (first.DontFragment || next.V4.Identification == (ushort)(first.V4.Identification + count));
    }

    private static bool ContinuesTcp(in IpPacketView first, in IpPacketView next, int size, int count) =>
        TcpView.TryView(first.Payload, out var one)
        && TcpView.TryView(next.Payload, out var other)
        && other.SourcePort == one.SourcePort
        && other.DestinationPort == one.DestinationPort
        && other.Sequence == one.Sequence + (uint)(size * count)
        && other.Acknowledgment == one.Acknowledgment
        && other.Window == one.Window
        && other.UrgentPointer == one.UrgentPointer
        // Data offset and the reserved bits beside it.
        && other.Octets[12] == one.Octets[12]
        && ((other.Flags ^ one.Flags) & ~(TcpView.Psh | TcpView.Fin)) == 0
        && other.Options.SequenceEqual(one.Options);

    private static bool ContinuesUdp(in IpPacketView first, in IpPacketView next) =>
        UdpView.TryView(first.Payload, out var one)
        && UdpView.TryView(next.Payload, out var other)
        && other.SourcePort == one.SourcePort
        && other.DestinationPort == one.DestinationPort;
}
