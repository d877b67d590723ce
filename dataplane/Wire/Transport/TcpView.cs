using System.Buffers.Binary;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Wire.Transport;

/// <summary>A TCP segment (RFC 9293); exists only if its header and options are whole.</summary>
public readonly ref struct TcpView
{
    /// <summary>Octets of a header without options.</summary>
    public const int MinimumHeaderLength = 20;

    /// <summary>Where the checksum stands in the header.</summary>
    public const int ChecksumAt = 16;

    /// <summary>Where the flags stand in the header.</summary>
    public const int FlagsAt = 13;

    public const byte Fin = 0x01;
    public const byte Syn = 0x02;
    public const byte Rst = 0x04;
    public const byte Psh = 0x08;
    public const byte Ack = 0x10;
    public const byte Urg = 0x20;
    public const byte Ece = 0x40;
    public const byte Cwr = 0x80;

    private readonly Span<byte> _octets;

    private TcpView(Span<byte> octets) => _octets = octets;

    /// <summary>Header and payload.</summary>
    public Span<byte> Octets => _octets;

    /// <summary>Source port.</summary>
    public ushort SourcePort { get => ReadWord(0); set => WriteWord(0, value); }

    /// <summary>Destination port.</summary>
    public ushort DestinationPort { get => ReadWord(2); set => WriteWord(2, value); }

    /// <summary>Number of the first payload octet.</summary>
    public uint Sequence
    {
        get => BinaryPrimitives.ReadUInt32BigEndian(_octets[4..]);
        set => BinaryPrimitives.WriteUInt32BigEndian(_octets[4..], value);
    }

    /// <summary>The next octet expected from the peer.</summary>
    public uint Acknowledgment
    {
        get => BinaryPrimitives.ReadUInt32BigEndian(_octets[8..]);
        set => BinaryPrimitives.WriteUInt32BigEndian(_octets[8..], value);
    }

    /// <summary>Octets of header and options, 20 to 60.</summary>
    public int HeaderLength { get => (_octets[12] >> 4) * 4; set => _octets[12] = (byte)((value / 4 << 4) | (_octets[12] & 0x0F)); }

    /// <summary>The eight flag bits.</summary>
    public byte Flags { get => _octets[FlagsAt]; set => _octets[FlagsAt] = value; }

    /// <summary>Receive window.</summary>
    public ushort Window { get => ReadWord(14); set => WriteWord(14, value); }

    /// <summary>Checksum.</summary>
    public ushort Checksum { get => ReadWord(ChecksumAt); set => WriteWord(ChecksumAt, value); }

    /// <summary>Urgent pointer.</summary>
    public ushort UrgentPointer { get => ReadWord(18); set => WriteWord(18, value); }

    /// <summary>The options.</summary>
    public Span<byte> Options => _octets[MinimumHeaderLength..HeaderLength];

    /// <summary>What follows the options.</summary>
    public Span<byte> Payload => _octets[HeaderLength..];

    /// <summary>Looks at the lengths once.</summary>
    public static bool TryView(Span<byte> octets, out TcpView view)
    {
        view = default;
        if (octets.Length < MinimumHeaderLength)
        {
            return false;
        }

        var headerLength = (octets[12] >> 4) * 4;
        if (headerLength < MinimumHeaderLength || headerLength > octets.Length)
        {
            return false;
        }

        view = new TcpView(octets);
        return true;
    }

    /// <summary>Computes the checksum afresh.</summary>
    public void UpdateChecksum(IpAddress source, IpAddress destination)
    {
        Checksum = 0;
        var sum = InternetChecksum.Add(InternetChecksum.PseudoHeader(source, destination, IpProtocol.Tcp, _octets.Length), _octets);
        Checksum = (ushort)~InternetChecksum.Fold(sum);
    }

    private ushort ReadWord(int at) => BinaryPrimitives.ReadUInt16BigEndian(_octets[at..]);

    private void WriteWord(int at, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(_octets[at..], value);
}
