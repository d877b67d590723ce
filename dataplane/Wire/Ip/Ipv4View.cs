using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace IpsecDp.Wire.Ip;

/// <summary>An IPv4 packet (RFC 791); exists only if header, options and total length lie within the octets.</summary>
public readonly ref struct Ipv4View
{
    /// <summary>Octets of a header without options.</summary>
    public const int MinimumHeaderLength = 20;

    /// <summary>Largest value of the total length field.</summary>
    public const int MaximumLength = 65535;

    private const int TosAt = 1;
    private const int TotalLengthAt = 2;
    private const int IdentificationAt = 4;
    private const int FragmentAt = 6;
    private const int TimeToLiveAt = 8;
    private const int ProtocolAt = 9;
    private const int ChecksumAt = 10;
    private const int SourceAt = 12;
    private const int DestinationAt = 16;

    private readonly Span<byte> _octets;

    private Ipv4View(Span<byte> octets) => _octets = octets;

    /// <summary>The packet, total length octets; whatever lay behind it is not part of it.</summary>
    public Span<byte> Octets => _octets;

    /// <summary>Octets of the header, 20 to 60.</summary>
    public int HeaderLength => (_octets[0] & 0x0F) * 4;

    /// <summary>The header with its options.</summary>
    public Span<byte> Header => _octets[..HeaderLength];

    /// <summary>The options, empty when there are none.</summary>
    public Span<byte> Options => _octets[MinimumHeaderLength..HeaderLength];

    /// <summary>What follows the header.</summary>
    public Span<byte> Payload => _octets[HeaderLength..];

    /// <summary>DSCP and ECN (RFC 2474, RFC 3168).</summary>
    public byte Tos { get => _octets[TosAt]; set => _octets[TosAt] = value; }

    /// <summary>Octets of the whole packet as the header says.</summary>
    public ushort TotalLength { get => ReadWord(TotalLengthAt); set => WriteWord(TotalLengthAt, value); }

    /// <summary>What the fragments of one packet share.</summary>
    public ushort Identification { get => ReadWord(IdentificationAt); set => WriteWord(IdentificationAt, value); }

    /// <summary>DF, MF and the 13-bit offset, as one word.</summary>
    public ushort FragmentWord { get => ReadWord(FragmentAt); set => WriteWord(FragmentAt, value); }

    /// <summary>Whether DF is set.</summary>
    public bool DontFragment => (FragmentWord & 0x4000) != 0;

    /// <summary>Whether MF is set.</summary>
    public bool MoreFragments => (FragmentWord & 0x2000) != 0;

    /// <summary>Where this fragment's payload lies in the whole, in octets.</summary>
    public int FragmentOffset => (FragmentWord & 0x1FFF) * 8;

    /// <summary>Whether this is a piece of a packet.</summary>
    public bool IsFragment => (FragmentWord & 0x3FFF) != 0;

    /// <summary>Hops left.</summary>
    public byte TimeToLive { get => _octets[TimeToLiveAt]; set => _octets[TimeToLiveAt] = value; }

    /// <summary>What the payload is (<see cref="IpProtocol"/>).</summary>
    public byte Protocol { get => _octets[ProtocolAt]; set => _octets[ProtocolAt] = value; }

    /// <summary>Checksum of the header.</summary>
    public ushort Checksum { get => ReadWord(ChecksumAt); set => WriteWord(ChecksumAt, value); }

    /// <summary>Source address.</summary>
    public IpAddress Source { get => IpAddress.ReadV4(_octets[SourceAt..]); set => value.WriteTo(_octets[SourceAt..]); }

    /// <summary>Destination address.</summary>
    public IpAddress Destination { get => IpAddress.ReadV4(_octets[DestinationAt..]); set => value.WriteTo(_octets[DestinationAt..]); }

    /// <summary>Looks at the lengths once; octets behind the total length are cut off.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryView(Span<byte> octets, out Ipv4View view)
    {
        view = default;
        if (octets.Length < MinimumHeaderLength || octets[0] >> 4 != (int)IpVersion.V4)
        {
            return false;
        }

        var headerLength = (octets[0] & 0x0F) * 4;
        var totalLength = BinaryPrimitives.ReadUInt16BigEndian(octets[TotalLengthAt..]);
        if (headerLength < MinimumHeaderLength || totalLength < headerLength || totalLength > octets.Length)
        {
            return false;
        }

        view = new Ipv4View(octets[..totalLength]);
        return true;
    }

    // For IpPacketView, whose birth looked at the same octets.
    internal static Ipv4View Trust(Span<byte> octets) => new(octets);

    /// <summary>Writes a header without options over the first 20 octets, checksum included, and views the packet.</summary>
    public static Ipv4View Write(Span<byte> packet, in IpHeaderFields fields)
    {
        // Word by word, so that the checksum is summed up before anything is in memory.
        var version = 0x4500_0000 | ((uint)fields.Tos << 16) | (ushort)packet.Length;
        var fragment = ((uint)fields.Identification << 16) | (fields.DontFragment ? 0x4000u : 0);
        var protocol = ((uint)fields.HopLimit << 24) | ((uint)fields.Protocol << 16);
        var (source, destination) = ((uint)fields.Source.Value, (uint)fields.Destination.Value);
        var checksum = (ushort)~InternetChecksum.Fold((ulong)version + fragment + protocol + source + destination);
        BinaryPrimitives.WriteUInt32BigEndian(packet[DestinationAt..], destination);
        BinaryPrimitives.WriteUInt32BigEndian(packet[SourceAt..], source);
        BinaryPrimitives.WriteUInt32BigEndian(packet[TimeToLiveAt..], protocol | checksum);
        BinaryPrimitives.WriteUInt32BigEndian(packet[IdentificationAt..], fragment);
        BinaryPrimitives.WriteUInt32BigEndian(packet, version);
        return new Ipv4View(packet);
    }

    /// <summary>Gives a header, whose length field may be wrong, the span's length, a protocol and a checksum computed afresh; false when the header is longer than the span.</summary>
    public static bool TryReplaceLengthAndProtocol(Span<byte> packet, byte protocol)
    {
        var view = new Ipv4View(packet);
        if (view.HeaderLength < MinimumHeaderLength || view.HeaderLength > packet.Length)
        {
            return false;
        }

        // The header is summed up as it stands and the changes are added to the sum (RFC 1624): a load over a field just written would wait for the store.
        var (length, formerLength) = ((ushort)packet.Length, view.TotalLength);
        var formerWord = view.ReadWord(TimeToLiveAt);
        var word = (ushort)((formerWord & 0xFF00) | protocol);
        var sum = (ulong)(ushort)~InternetChecksum.ComputeWords(view.Header) + (ushort)~view.Checksum
            + (ushort)~formerLength + length + (ushort)~formerWord + word;
        view.TotalLength = length;
        view.Protocol = protocol;
        view.Checksum = (ushort)~InternetChecksum.Fold(sum);
        return true;
    }

    /// <summary>Computes the header's checksum afresh.</summary>
    public void UpdateChecksum()
    {
        Checksum = 0;
        Checksum = InternetChecksum.ComputeWords(Header);
    }

    /// <summary>Whether the header's checksum is right.</summary>
    public bool HasRightChecksum() => InternetChecksum.Compute(Header) == 0;

    /// <summary>Takes one hop off and mends the checksum (RFC 1624, equation 3); the caller has looked that one is left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void DecrementTimeToLive()
    {
        TimeToLive--;
        // One less in the high half of its word is one more there in what is inverted; of the two zeros the equation gives the positive one.
        var sum = Checksum + 0x0100;
        Checksum = (ushort)(sum < ushort.MaxValue ? sum : sum - ushort.MaxValue);
    }

    /// <summary>Sets DSCP and ECN and mends the checksum.</summary>
    public void ReplaceTos(byte tos)
    {
        var before = ReadWord(0);
        Tos = tos;
        Checksum = InternetChecksum.Update(Checksum, before, ReadWord(0));
    }

    private ushort ReadWord(int at) => BinaryPrimitives.ReadUInt16BigEndian(_octets[at..]);

    private void WriteWord(int at, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(_octets[at..], value);
}
