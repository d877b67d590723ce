namespace IpsecDp.Ports.Buffers;

/// <summary>How a superframe divides: payload octets per segment (the last may be shorter), octets of IP and transport header before the first payload octet, and whether transport checksums are still to be computed.</summary>
public readonly record struct Segmentation(SegmentKind Kind, ushort Size, ushort HeaderLength, bool IsChecksumMissing)
{
    /// <summary>A packet that is one packet, its checksum in place.</summary>
    public static Segmentation None => default;

    /// <summary>A single packet whose transport checksum holds only the pseudo-header's sum (CHECKSUM_PARTIAL).</summary>
    public static Segmentation ChecksumMissing => new(SegmentKind.None, 0, 0, true);

    /// <summary>Packets a superframe of <paramref name="length"/> octets stands for; 1 for a single packet.</summary>
    public int CountIn(int length) => Kind == SegmentKind.None || Size == 0 || length <= HeaderLength ? 1 : (length - HeaderLength + Size - 1) / Size;

    /// <summary>Octets of the packets a superframe of <paramref name="length"/> octets stands for, the headers of each counted; the length itself for a single packet.</summary>
    public int OctetsIn(int length) => length + ((CountIn(length) - 1) * HeaderLength);
}
