using System.Buffers.Binary;

namespace IpsecDp.Wire.Ipsec;

/// <summary>An authentication header (RFC 4302 §2) and what follows it; exists only if the length it states lies within the octets.</summary>
public readonly ref struct AhView
{
    /// <summary>Octets before the ICV.</summary>
    public const int FixedLength = 12;

    private readonly Span<byte> _octets;

    private AhView(Span<byte> octets) => _octets = octets;

    /// <summary>What the payload is.</summary>
    public byte NextHeader { get => _octets[0]; set => _octets[0] = value; }

    /// <summary>Octets of the header: the field counts 4-octet words less two (RFC 4302 §2.2).</summary>
    public int HeaderLength { get => (_octets[1] + 2) * 4; set => _octets[1] = (byte)(value / 4 - 2); }

    /// <summary>Which SA.</summary>
    public uint Spi
    {
        get => BinaryPrimitives.ReadUInt32BigEndian(_octets[4..]);
        set => BinaryPrimitives.WriteUInt32BigEndian(_octets[4..], value);
    }

    /// <summary>The number, or its low half with extended numbers.</summary>
    public uint Sequence
    {
        get => BinaryPrimitives.ReadUInt32BigEndian(_octets[8..]);
        set => BinaryPrimitives.WriteUInt32BigEndian(_octets[8..], value);
    }

    /// <summary>ICV and the padding behind it.</summary>
    public Span<byte> Icv => _octets[FixedLength..HeaderLength];

    /// <summary>What follows the header.</summary>
    public Span<byte> Payload => _octets[HeaderLength..];

    /// <summary>Looks at the lengths once; a length field that ends before the ICV could start is refused.</summary>
    public static bool TryView(Span<byte> octets, out AhView view)
    {
        view = default;
        if (octets.Length < FixedLength)
        {
            return false;
        }

        var headerLength = (octets[1] + 2) * 4;
        if (headerLength < FixedLength || headerLength > octets.Length)
        {
            return false;
        }

        view = new AhView(octets);
        return true;
    }

    /// <summary>Writes a header of <paramref name="headerLength"/> octets with a zero ICV over the front of the octets.</summary>
    public static AhView Write(Span<byte> octets, byte nextHeader, int headerLength, uint spi, uint sequence)
    {
        octets[..headerLength].Clear();
        return new AhView(octets)
        {
            NextHeader = nextHeader,
            HeaderLength = headerLength,
            Spi = spi,
            Sequence = sequence,
        };
    }
}
