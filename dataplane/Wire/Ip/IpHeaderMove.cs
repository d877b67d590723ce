using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace IpsecDp.Wire.Ip;

/// <summary>An IP header without options or extensions that goes to another place before (or behind) its payload, because something was inserted (or taken out) between the two.</summary>
public static class IpHeaderMove
{
    private const ulong V4FirstKept = 0xFFFF_0000_FFFF_FFFF;
    private const ulong V4SecondKept = 0xFF00_0000_FFFF_FFFF;
    private const ulong V6FirstKept = 0xFFFF_FFFF_0000_00FF;

    /// <summary>Writes the header over the front of a packet that will have <paramref name="length"/> octets, with that length, a protocol and an IPv4 checksum computed afresh; header and packet may overlap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ReadOnlySpan<byte> header, Span<byte> packet, int length, byte protocol)
    {
        if (header.Length == Ipv6View.HeaderLength)
        {
            WriteV6(header, packet, length, protocol);
            return;
        }

        // All of it is read before any of it is written.
        var first = (BinaryPrimitives.ReadUInt64BigEndian(header) & V4FirstKept) | ((ulong)(ushort)length << 32);
        var second = (BinaryPrimitives.ReadUInt64BigEndian(header[8..]) & V4SecondKept) | ((ulong)protocol << 48);
        var destination = BinaryPrimitives.ReadUInt32BigEndian(header[16..]);
        var sum = (first >> 32) + (uint)first + (second >> 32) + (uint)second + destination;
        var front = packet[..Ipv4View.MinimumHeaderLength];
        BinaryPrimitives.WriteUInt64BigEndian(front, first);
        BinaryPrimitives.WriteUInt64BigEndian(front[8..], second | ((ulong)(ushort)~InternetChecksum.Fold(sum) << 32));
        BinaryPrimitives.WriteUInt32BigEndian(front[16..], destination);
    }

    private static void WriteV6(ReadOnlySpan<byte> header, Span<byte> packet, int length, byte protocol)
    {
        var payloadLength = (ulong)(ushort)(length - Ipv6View.HeaderLength);
        var first = (BinaryPrimitives.ReadUInt64BigEndian(header) & V6FirstKept) | (payloadLength << 16) | ((ulong)protocol << 8);
        header[8..].CopyTo(packet[8..]);
        BinaryPrimitives.WriteUInt64BigEndian(packet, first);
    }
}
