using System.Buffers.Binary;

namespace IpsecDp.Wire.Ipsec;

/// <summary>An ESP packet (RFC 4303 §2) from its SPI on; exists only if SPI and sequence number are there.</summary>
public readonly ref struct EspView
{
    /// <summary>Octets of SPI and sequence number.</summary>
    public const int HeaderLength = 8;

    private readonly Span<byte> _octets;

    private EspView(Span<byte> octets) => _octets = octets;

    /// <summary>From the SPI to the end of the ICV.</summary>
    public Span<byte> Octets => _octets;

    /// <summary>Which SA.</summary>
    public uint Spi
    {
        get => BinaryPrimitives.ReadUInt32BigEndian(_octets);
        set => BinaryPrimitives.WriteUInt32BigEndian(_octets, value);
    }

    /// <summary>The number, or its low half with extended numbers (RFC 4303 §2.2.1).</summary>
    public uint Sequence
    {
        get => BinaryPrimitives.ReadUInt32BigEndian(_octets[4..]);
        set => BinaryPrimitives.WriteUInt32BigEndian(_octets[4..], value);
    }

    /// <summary>IV, encrypted payload and ICV.</summary>
    public Span<byte> Body => _octets[HeaderLength..];

    /// <summary>Writes an IV of 8 octets behind the header.</summary>
    public void WriteIv(ulong iv) => BinaryPrimitives.WriteUInt64BigEndian(Body, iv);

    /// <summary>Writes a header over the front of an ESP packet of at least 8 octets and views it.</summary>
    public static EspView Write(Span<byte> octets, uint spi, uint sequence)
    {
        BinaryPrimitives.WriteUInt64BigEndian(octets, ((ulong)spi << 32) | sequence);
        return new EspView(octets);
    }

    /// <summary>Looks at the length once.</summary>
    public static bool TryView(Span<byte> octets, out EspView view)
    {
        view = octets.Length < HeaderLength ? default : new EspView(octets);
        return octets.Length >= HeaderLength;
    }
}
