using System.Runtime.InteropServices;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Segments;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Adapters.Linux;

/// <summary>struct virtio_net_hdr: what a TUN device says about each frame before it, in the machine's byte order (virtio 1.2 §5.1.6).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct VirtioHeader
{
    /// <summary>Octets of the structure.</summary>
    public const int Size = 10;

    private const byte NeedsChecksum = 1;
    private const byte TcpV4 = 1;
    private const byte TcpV6 = 4;
    private const byte UdpDatagrams = 5;
    private const byte EcnBit = 0x80;

    private byte _flags;
    private byte _kind;
    private ushort _headerLength;
    private ushort _segmentSize;
    private ushort _checksumStart;
    private ushort _checksumOffset;

    /// <summary>The header of a packet that needs nothing from the kernel.</summary>
    public static VirtioHeader None => default;

    /// <summary>The header of a superframe whose own header is <paramref name="header"/>; <paramref name="transportAt"/> is where TCP or UDP starts in it.</summary>
    public static VirtioHeader For(in Segmentation segments, ReadOnlySpan<byte> header, int transportAt) => new()
    {
        _flags = NeedsChecksum,
        _kind = segments.Kind == SegmentKind.Udp ? UdpDatagrams : header[0] >> 4 == (int)IpVersion.V4 ? TcpV4 : TcpV6,
        _headerLength = segments.HeaderLength,
        _segmentSize = segments.Size,
        _checksumStart = (ushort)transportAt,
        _checksumOffset = segments.Kind == SegmentKind.Tcp ? (ushort)TcpView.ChecksumAt : (ushort)UdpView.ChecksumAt,
    };

    /// <summary>The same header seen from <paramref name="octets"/> octets further on, for frames with a link header in front.</summary>
    public readonly VirtioHeader WithChecksumFrom(int octets)
    {
        var moved = this;
        moved._checksumStart = (ushort)Math.Max(0, _checksumStart - octets);
        return moved;
    }

    /// <summary>The same header for the frame with a link header of <paramref name="octets"/> in front.</summary>
    public readonly VirtioHeader BehindLink(int octets)
    {
        var moved = this;
        if ((_flags & NeedsChecksum) != 0)
        {
            moved._headerLength = (ushort)(_headerLength + octets);
            moved._checksumStart = (ushort)(_checksumStart + octets);
        }

        return moved;
    }

    /// <summary>Says how the frame behind this header divides, completing the checksum of a single packet; false when header and frame contradict each other.</summary>
    public readonly bool TryDescribe(Span<byte> frame, out Segmentation segments)
    {
        segments = Segmentation.None;
        var kind = (byte)(_kind & ~EcnBit);
        if (kind == 0)
        {
            return TryComplete(frame);
        }

        // The header length that came with it is a hint in some kernels and wrong in others.
        if (kind is not (TcpV4 or TcpV6 or UdpDatagrams) || _segmentSize == 0 || !SegmentSplitter.TryReadHeaderLength(frame, out var headerLength))
        {
            return false;
        }

        if (frame.Length - headerLength <= _segmentSize)
        {
            return TryComplete(frame);
        }

        segments = new Segmentation(kind == UdpDatagrams ? SegmentKind.Udp : SegmentKind.Tcp, _segmentSize, (ushort)headerLength, IsChecksumMissing: true);
        return true;
    }

    private readonly bool TryComplete(Span<byte> packet) =>
        (_flags & NeedsChecksum) == 0 || SegmentSplitter.CompleteChecksum(packet, _checksumStart, _checksumOffset);
}
