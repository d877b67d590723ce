using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace IpsecDp.Wire.Ip;

/// <summary>IP headers without options or extensions that go to another place before (or behind) their payload, because something was inserted (or taken out) between the two: those of one flow, which differ in lengths, identification and checksum only.</summary>
public readonly struct IpHeaderMove
{
    private const ulong V4FirstKept = 0xFFFF_0000_0000_FFFF;
    private const ulong V4SecondKept = 0xFF00_0000_FFFF_FFFF;
    private const ulong V6FirstKept = 0xFFFF_FFFF_0000_00FF;
    private const uint LowHalf = 0xFFFF;

    private readonly ulong _first;
    private readonly ulong _second;
    private readonly uint _destination;

    // Folded. What is added to it are words of 16 bits, so that little is to be folded again.
    private readonly uint _sum;
    private readonly byte _protocol;
    private readonly bool _isV6;

    /// <summary>Reads the header of one of them, which will name a protocol.</summary>
    public IpHeaderMove(ReadOnlySpan<byte> header, byte protocol)
    {
        _protocol = protocol;
        _isV6 = header.Length == Ipv6View.HeaderLength;
        if (_isV6)
        {
            return;
        }

        _first = BinaryPrimitives.ReadUInt64BigEndian(header) & V4FirstKept;
        _second = (BinaryPrimitives.ReadUInt64BigEndian(header[8..]) & V4SecondKept) | ((ulong)protocol << 48);
        _destination = BinaryPrimitives.ReadUInt32BigEndian(header[16..]);
        _sum = InternetChecksum.Fold((_first >> 32) + (uint)_first + (_second >> 32) + (uint)_second + _destination);
    }

    /// <summary>Writes a header over the front of a packet that will have <paramref name="length"/> octets, with that length, the protocol and an IPv4 checksum computed afresh; header and packet may overlap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(ReadOnlySpan<byte> header, Span<byte> packet, int length)
    {
        if (_isV6)
        {
            WriteV6(header, packet, length);
            return;
        }

        // All of it is read before any of it is written.
        var identification = (uint)BinaryPrimitives.ReadUInt16BigEndian(header[4..]);
        var total = (uint)length & LowHalf;
        var sum = _sum + total + identification;
        sum = (sum & LowHalf) + (sum >> 16);
        sum += sum >> 16;
        var front = packet[..Ipv4View.MinimumHeaderLength];
        BinaryPrimitives.WriteUInt64BigEndian(front, _first | ((ulong)total << 32) | ((ulong)identification << 16));
        BinaryPrimitives.WriteUInt64BigEndian(front[8..], _second | ((ulong)(~sum & LowHalf) << 32));
        BinaryPrimitives.WriteUInt32BigEndian(front[16..], _destination);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void WriteV6(ReadOnlySpan<byte> header, Span<byte> packet, int length)
    {
        var payloadLength = (ulong)(ushort)(length - Ipv6View.HeaderLength);
        var first = (BinaryPrimitives.ReadUInt64BigEndian(header) & V6FirstKept) | (payloadLength << 16) | ((ulong)_protocol << 8);
        header[8..].CopyTo(packet[8..]);
        BinaryPrimitives.WriteUInt64BigEndian(packet, first);
    }
}
