using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ports.Wrappers;

/// <summary>The blocks of draft-ietf-opsawg-pcapng §4 that a capture of raw IP needs, little endian; each writer returns the octets it wrote.</summary>
internal static class PcapngBlock
{
    /// <summary>Room an interface description needs at most.</summary>
    public const int MostInterfaceOctets = 64 + MostNameOctets;

    private const int MostNameOctets = 128;
    private const int MostCommentOctets = 96;

    private const uint SectionHeader = 0x0A0D0D0A;
    private const uint InterfaceDescription = 1;
    private const uint EnhancedPacket = 6;

    // LINKTYPE_RAW: the first octet's version nibble tells IPv4 from IPv6.
    private const ushort LinkTypeRaw = 101;
    private const uint SnapLength = 262144;

    private const ushort EndOfOptions = 0;
    private const ushort Comment = 1;
    private const ushort InterfaceName = 2;
    private const ushort PacketFlags = 2;
    private const ushort TimeResolution = 9;
    private const byte Nanoseconds = 9;

    /// <summary>Room a packet of <paramref name="length"/> octets needs at most.</summary>
    public static int MostPacketOctets(int length) => length + 64 + MostCommentOctets;

    /// <summary>Section header (§4.1), of unstated length.</summary>
    public static int WriteSectionHeader(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination[8..], 0x1A2B3C4D);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[12..], 1);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[14..], 0);
        BinaryPrimitives.WriteInt64LittleEndian(destination[16..], -1);
        return Close(destination, SectionHeader, 24);
    }

    /// <summary>Interface description (§4.2): raw IP, times in nanoseconds; a long name is cut.</summary>
    public static int WriteInterface(Span<byte> destination, string name)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(destination[8..], LinkTypeRaw);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[10..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[12..], SnapLength);
        Span<byte> octets = stackalloc byte[MostNameOctets];
        Utf8.FromUtf16(name, octets, out _, out var nameLength);
        var at = 16;
        at += WriteOption(destination[at..], InterfaceName, octets[..nameLength]);
        at += WriteOption(destination[at..], TimeResolution, [Nanoseconds]);
        at += WriteOption(destination[at..], EndOfOptions, []);
        return Close(destination, InterfaceDescription, at);
    }

    /// <summary>Enhanced packet (§4.3) with its direction, and a comment where it is not a packet as the network carries it.</summary>
    public static int WritePacket(Span<byte> destination, int interfaceNumber, ReadOnlySpan<byte> packet, Segmentation segments, PacketDirection direction, long nanoseconds)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination[8..], interfaceNumber);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[12..], (uint)(nanoseconds >> 32));
        BinaryPrimitives.WriteUInt32LittleEndian(destination[16..], (uint)nanoseconds);
        BinaryPrimitives.WriteInt32LittleEndian(destination[20..], packet.Length);
        BinaryPrimitives.WriteInt32LittleEndian(destination[24..], packet.Length);
        var at = 28 + WritePadded(destination[28..], packet);
        at += WriteOption(destination[at..], PacketFlags, [(byte)direction, 0, 0, 0]);
        at += WriteComment(destination[at..], packet.Length, segments);
        at += WriteOption(destination[at..], EndOfOptions, []);
        return Close(destination, EnhancedPacket, at);
    }

    private static int WriteComment(Span<byte> destination, int packetLength, Segmentation segments)
    {
        if (segments == Segmentation.None)
        {
            return 0;
        }

        if (segments.Kind == SegmentKind.None)
        {
            return WriteOption(destination, Comment, "transport checksum still to be computed"u8);
        }

        Span<byte> text = stackalloc byte[MostCommentOctets];
        Utf8.TryWrite(text, $"superframe: {segments.Kind}, {segments.CountIn(packetLength)} packets of {segments.HeaderLength} + {segments.Size} octets", out var length);
        return WriteOption(destination, Comment, text[..length]);
    }

    private static int WriteOption(Span<byte> destination, ushort code, ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(destination, code);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[2..], (ushort)value.Length);
        return 4 + WritePadded(destination[4..], value);
    }

    private static int WritePadded(Span<byte> destination, ReadOnlySpan<byte> value)
    {
        value.CopyTo(destination);
        var padded = (value.Length + 3) & ~3;
        destination[value.Length..padded].Clear();
        return padded;
    }

    // §3.1: the total length stands at both ends of a block.
    private static int Close(Span<byte> destination, uint type, int at)
    {
        var length = at + 4;
        BinaryPrimitives.WriteUInt32LittleEndian(destination, type);
        BinaryPrimitives.WriteInt32LittleEndian(destination[4..], length);
        BinaryPrimitives.WriteInt32LittleEndian(destination[at..], length);
        return length;
    }
}
