using System.Buffers.Binary;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Wire.Transport;

/// <summary>A UDP datagram (RFC 768); exists only if its header is whole and its length field fits the octets.</summary>
public readonly ref struct UdpView
{
    /// <summary>Octets of the header.</summary>
    public const int HeaderLength = 8;

    /// <summary>Where the checksum stands in the header.</summary>
    public const int ChecksumAt = 6;

    private readonly Span<byte> _octets;

    private UdpView(Span<byte> octets) => _octets = octets;

    /// <summary>Header and payload.</summary>
    public Span<byte> Octets => _octets;

    /// <summary>Source port.</summary>
    public ushort SourcePort { get => Read(0); set => Write(0, value); }

    /// <summary>Destination port.</summary>
    public ushort DestinationPort { get => Read(2); set => Write(2, value); }

    /// <summary>Octets of header and payload.</summary>
    public ushort Length { get => Read(4); set => Write(4, value); }

    /// <summary>Checksum, 0 where IPv4 carries none.</summary>
    public ushort Checksum { get => Read(ChecksumAt); set => Write(ChecksumAt, value); }

    /// <summary>What follows the header.</summary>
    public Span<byte> Payload => _octets[HeaderLength..];

    /// <summary>Looks at the lengths once; octets behind the datagram are cut off.</summary>
    public static bool TryView(Span<byte> octets, out UdpView view)
    {
        view = default;
        if (octets.Length < HeaderLength)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(octets[4..]);
        if (length < HeaderLength || length > octets.Length)
        {
            return false;
        }

        view = new UdpView(octets[..length]);
        return true;
    }

    /// <summary>Writes a header over the first 8 octets, checksum 0, and views the datagram.</summary>
    public static UdpView Write(Span<byte> datagram, ushort sourcePort, ushort destinationPort)
    {
        BinaryPrimitives.WriteUInt64BigEndian(datagram, ((ulong)sourcePort << 48) | ((ulong)destinationPort << 32) | ((ulong)(ushort)datagram.Length << 16));
        return new UdpView(datagram);
    }

    /// <summary>Writes the octets' number into the length field of a datagram whose header is in place.</summary>
    public static void WriteLength(Span<byte> datagram) => BinaryPrimitives.WriteUInt16BigEndian(datagram[4..], (ushort)datagram.Length);

    /// <summary>Computes the checksum afresh; a computed 0 is sent as all ones (RFC 768).</summary>
    public void UpdateChecksum(IpAddress source, IpAddress destination)
    {
        Checksum = 0;
        var sum = InternetChecksum.Add(InternetChecksum.PseudoHeader(source, destination, IpProtocol.Udp, _octets.Length), _octets);
        var checksum = (ushort)~InternetChecksum.Fold(sum);
        Checksum = checksum == 0 ? (ushort)0xFFFF : checksum;
    }

    private ushort Read(int at) => BinaryPrimitives.ReadUInt16BigEndian(_octets[at..]);

    private void Write(int at, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(_octets[at..], value);
}
