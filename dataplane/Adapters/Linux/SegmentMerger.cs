using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Segments;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Adapters.Linux;

/// <summary>Finds packets of a batch that one superframe can stand for (<see cref="SegmentRun"/>), and writes the header it enters the kernel with.</summary>
internal static class SegmentMerger
{
    /// <summary>Most packets one superframe stands for.</summary>
    public const int MaximumPackets = 128;

    /// <summary>Most octets of header a superframe has here: IPv6 without extensions and TCP with all its options.</summary>
    public const int MaximumHeaderLength = Ipv6View.HeaderLength + 60;

    /// <summary>Counts the packets from <paramref name="start"/> on that join into one superframe and says how it would divide; 1 where the first stays alone.</summary>
    public static int CountRun(PacketBatch batch, int start, bool joinsTcp, bool joinsUdp, out Segmentation segments)
    {
        segments = Segmentation.None;
        if (!IsSingle(batch[start]) || !SegmentRun.TryBegin(batch[start]!.Packet, out var run) || !(run.IsTcp ? joinsTcp : joinsUdp))
        {
            return 1;
        }

        while (start + run.Count < batch.Count && IsSingle(batch[start + run.Count]) && run.TryJoin(batch[start + run.Count]!.Packet, MaximumPackets))
        {
        }

        if (run.Count > 1)
        {
            segments = new Segmentation(run.IsTcp ? SegmentKind.Tcp : SegmentKind.Udp, (ushort)run.Size, (ushort)run.HeaderLength, IsChecksumMissing: true);
        }

        return run.Count;
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

    private static bool IsSingle(PacketBuffer? buffer) => buffer is not null && buffer.Segments == Segmentation.None;
}
