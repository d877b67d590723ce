using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Wire.Selectors;

/// <summary>The front of a whole packet with nothing between its IP header and TCP, UDP or ESP, without what differs from packet to packet of one flow: lengths, identification and checksum.</summary>
/// <remarks>Packets with equal fronts have the same <see cref="FlowKey"/> (or SPI), DSCP, ECN, DF, hop limit and header length, so that what was decided for one holds for the next.</remarks>
public readonly record struct PlainHeader
{
    private const int V4Length = Ipv4View.MinimumHeaderLength + PortsLength;
    private const int V6Length = Ipv6View.HeaderLength + PortsLength;

    // TCP's and UDP's ports, or the SPI.
    private const int PortsLength = 4;

    // An IPv4 header without options; then total length and identification are left out, and the checksum.
    private const ulong V4Version = 0x45;
    private const ulong V4FirstMask = 0xFFFF_0000_0000_FFFF;
    private const ulong V4SecondMask = 0xFFFF_0000_FFFF_FFFF;
    private const ulong V4FragmentBits = 0x3FFF;
    private const ulong V4ProtocolMask = 0x00FF_0000_0000_0000;

    // The payload length is left out.
    private const ulong V6FirstMask = 0xFFFF_FFFF_0000_FFFF;
    private const ulong V6ProtocolMask = 0xFF00;

    private readonly ulong _first;
    private readonly ulong _second;
    private readonly ulong _third;
    private readonly ulong _fourth;
    private readonly ulong _fifth;
    private readonly uint _last;

    private PlainHeader(ReadOnlySpan<byte> octets, bool isV4)
    {
        _second = BinaryPrimitives.ReadUInt64BigEndian(octets[8..]);
        _third = BinaryPrimitives.ReadUInt64BigEndian(octets[16..]);
        if (isV4)
        {
            _first = BinaryPrimitives.ReadUInt64BigEndian(octets) & V4FirstMask;
            _second &= V4SecondMask;
            return;
        }

        _first = BinaryPrimitives.ReadUInt64BigEndian(octets) & V6FirstMask;
        _fourth = BinaryPrimitives.ReadUInt64BigEndian(octets[24..]);
        _fifth = BinaryPrimitives.ReadUInt64BigEndian(octets[32..]);
        _last = BinaryPrimitives.ReadUInt32BigEndian(octets[40..]);
    }

    /// <summary>Whether it is the front of a packet at all.</summary>
    public bool IsRead => _first != 0;

    /// <summary>Whether it is the front of an IPv4 packet.</summary>
    public bool IsV4 => _first >> 56 == V4Version;

    /// <summary>What the packet carries: TCP, UDP or ESP.</summary>
    public byte Protocol => (byte)(IsV4 ? _second >> 48 : _first >> 8);

    /// <summary>DSCP and ECN.</summary>
    public byte Tos => (byte)(IsV4 ? _first >> 48 : _first >> 52);

    /// <summary>Octets of the IP header: 20 or 40.</summary>
    public int IpLength => IsV4 ? Ipv4View.MinimumHeaderLength : Ipv6View.HeaderLength;

    /// <summary>Reads the front; false for a packet that has options, extension headers, is a fragment or of another protocol.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out PlainHeader header)
    {
        header = default;
        if (octets.Length < V4Length)
        {
            return false;
        }

        if (octets[0] == V4Version)
        {
            header = new PlainHeader(octets, isV4: true);
            return (header._first & V4FragmentBits) == 0 && IsPlain(header.Protocol);
        }

        if (octets.Length < V6Length || octets[0] >> 4 != (int)IpVersion.V6)
        {
            return false;
        }

        header = new PlainHeader(octets, isV4: false);
        return IsPlain(header.Protocol);
    }

    /// <summary>Whether a packet starts with this front and is as long as it says; octets behind that <paramref name="length"/> are not part of it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Matches(ReadOnlySpan<byte> octets, out int length)
    {
        length = 0;
        if (octets.Length < V4Length)
        {
            return false;
        }

        var first = BinaryPrimitives.ReadUInt64BigEndian(octets);
        if ((first & V4FirstMask) != _first || !IsV4)
        {
            return MatchesV6(octets, out length);
        }

        length = (int)(first >> 32) & 0xFFFF;
        return length >= V4Length && length <= octets.Length
            && (BinaryPrimitives.ReadUInt64BigEndian(octets[8..]) & V4SecondMask) == _second
            && BinaryPrimitives.ReadUInt64BigEndian(octets[16..]) == _third;
    }

    /// <summary>Whether a packet that is put together from an IP header, a protocol and a payload would start with this front; protocol, lengths and checksum in the header do not count.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Continues(ReadOnlySpan<byte> header, byte protocol, ReadOnlySpan<byte> payload)
    {
        if (payload.Length < PortsLength || header.Length != IpLength || protocol != Protocol)
        {
            return false;
        }

        var ports = BinaryPrimitives.ReadUInt32BigEndian(payload);
        if (!IsV4)
        {
            return ContinuesV6(header, ports);
        }

        return (BinaryPrimitives.ReadUInt64BigEndian(header) & V4FirstMask) == _first
            && (BinaryPrimitives.ReadUInt64BigEndian(header[8..]) & V4SecondMask & ~V4ProtocolMask) == (_second & ~V4ProtocolMask)
            && (((ulong)BinaryPrimitives.ReadUInt32BigEndian(header[16..]) << 32) | ports) == _third;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool ContinuesV6(ReadOnlySpan<byte> header, uint ports) =>
        (BinaryPrimitives.ReadUInt64BigEndian(header) & V6FirstMask & ~V6ProtocolMask) == (_first & ~V6ProtocolMask)
        && BinaryPrimitives.ReadUInt64BigEndian(header[8..]) == _second
        && BinaryPrimitives.ReadUInt64BigEndian(header[16..]) == _third
        && BinaryPrimitives.ReadUInt64BigEndian(header[24..]) == _fourth
        && BinaryPrimitives.ReadUInt64BigEndian(header[32..]) == _fifth
        && ports == _last;

    // Apart: the copies it compares would cost the way of IPv4 a large frame.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool MatchesV6(ReadOnlySpan<byte> octets, out int length)
    {
        length = 0;
        if (IsV4 || octets.Length < V6Length)
        {
            return false;
        }

        length = Ipv6View.HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(octets[4..]);
        return IsRead && length >= V6Length && length <= octets.Length && new PlainHeader(octets, isV4: false) == this;
    }

    private static bool IsPlain(byte protocol) => protocol is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Esp;
}
