using System.Buffers.Binary;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Segments;

namespace IpsecDp.TestKit.Line;

/// <summary>What a port is given in one buffer: octets, and how they divide.</summary>
public sealed record Frame(byte[] Octets, Segmentation Segments)
{
    /// <summary>A packet that is one packet.</summary>
    public Frame(byte[] octets)
        : this(octets, Segmentation.None)
    {
    }

    /// <summary>Whether it stands for ESP packets back to back.</summary>
    public bool IsCipherSuperframe => Segments is { Kind: SegmentKind.Udp, IsChecksumMissing: false };

    /// <summary>A cipher superframe of packets of one SA, whose headers are those of the first.</summary>
    public static Frame Of(IReadOnlyList<byte[]> packets)
    {
        var headerLength = packets[0][0] >> 4 == 4 ? 28 : 48;
        byte[] octets = [.. packets[0][..headerLength], .. packets.SelectMany(packet => packet[headerLength..])];
        return new Frame(WithLengths(octets, headerLength), new Segmentation(SegmentKind.Udp, (ushort)(packets[0].Length - headerLength), (ushort)headerLength, IsChecksumMissing: false));
    }

    /// <summary>The packets it stands for.</summary>
    public IReadOnlyList<byte[]> Split()
    {
        if (Segments.Kind == SegmentKind.None)
        {
            return [Octets];
        }

        return IsCipherSuperframe ? SplitCipher() : SplitClear();
    }

    // Each piece with a header whose lengths and checksum are worked out here.
    private byte[][] SplitCipher()
    {
        var headerLength = Segments.HeaderLength;
        return [.. Octets[headerLength..].Chunk(Segments.Size).Select(piece => WithLengths([.. Octets[..headerLength], .. piece], headerLength))];
    }

    private List<byte[]> SplitClear()
    {
        var packets = new List<byte[]>();
        for (var index = 0; index < Segments.CountIn(Octets.Length); index++)
        {
            var packet = new byte[Segments.HeaderLength + Segments.Size];
            packets.Add(packet[..SegmentSplitter.Write(Octets, Segments.HeaderLength, Segments.Size, index, packet)]);
        }

        return packets;
    }

    private static byte[] WithLengths(byte[] packet, int headerLength)
    {
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(headerLength - 4), (ushort)(packet.Length - headerLength + 8));
        (packet[headerLength - 2], packet[headerLength - 1]) = (0, 0);
        if (packet[0] >> 4 == 6)
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)(packet.Length - 40));
            return packet;
        }

        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        (packet[10], packet[11]) = (0, 0);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), NaiveChecksum.Compute(packet.AsSpan(0, headerLength - 8)));
        return packet;
    }
}
