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
        if (!MergeCandidate.TryRead(batch[start], out var first) || !(first.Kind == SegmentKind.Tcp ? joinsTcp : joinsUdp))
        {
            return 1;
        }

        var size = first.PayloadLength;
        var length = first.Length;
        var count = 1;
        var isClosed = first.Closes(size);
        // Headers are compared first: the sums cost the most, and alone a packet needs none.
        while (!isClosed && count < MaximumPackets && start + count < batch.Count
            && MergeCandidate.TryRead(batch[start + count], out var next)
            && length + next.PayloadLength <= MaximumLength
            && next.Continues(first, size, count)
            && (count > 1 || first.HasRightSums())
            && next.HasRightSums())
        {
            length += next.PayloadLength;
            isClosed = next.Closes(size);
            count++;
        }

        if (count > 1)
        {
            segments = new Segmentation(first.Kind, (ushort)size, (ushort)first.HeaderLength, IsChecksumMissing: true);
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
}
