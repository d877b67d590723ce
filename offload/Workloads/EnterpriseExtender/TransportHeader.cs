using System.Buffers.Binary;

namespace IpsecDp.Workloads.EnterpriseExtender;

/// <summary>The RTP transport header (THDR) of an HPR packet; exists only if its 20 octets, the header length it states and the data length it states fit the octets.</summary>
internal readonly ref struct TransportHeader
{
    /// <summary>Octets before the optional segments.</summary>
    public const int MinimumLength = 20;

    public const byte ConnectionSetup = 0x40;
    public const byte StartOfMessage = 0x20;
    public const byte EndOfMessage = 0x10;
    public const byte StatusRequested = 0x08;
    public const byte OptionalSegmentsPresent = 0x04;

    private const int FlagsAt = 8;
    private const int IndicatorsAt = 9;
    private const int WordsAt = 10;
    private const int DataLengthAt = 12;
    private const int SequenceAt = 16;

    private readonly ReadOnlySpan<byte> _octets;

    private TransportHeader(ReadOnlySpan<byte> octets) => _octets = octets;

    /// <summary>Transport connection identifier.</summary>
    public ulong ConnectionId => BinaryPrimitives.ReadUInt64BigEndian(_octets);

    public byte Flags => _octets[FlagsAt];

    public byte Indicators => _octets[IndicatorsAt];

    /// <summary>Octets of header and optional segments.</summary>
    public int Length => BinaryPrimitives.ReadUInt16BigEndian(_octets[WordsAt..]) * 4;

    /// <summary>Number of the first data octet.</summary>
    public uint ByteSequence => BinaryPrimitives.ReadUInt32BigEndian(_octets[SequenceAt..]);

    /// <summary>The optional segments.</summary>
    public ReadOnlySpan<byte> Segments => _octets[MinimumLength..Length];

    /// <summary>The data, as long as the data length field says.</summary>
    public ReadOnlySpan<byte> Data => _octets[Length..];

    public static bool TryView(ReadOnlySpan<byte> octets, out TransportHeader header)
    {
        header = default;
        if (octets.Length < MinimumLength)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(octets[WordsAt..]) * 4;
        var data = BinaryPrimitives.ReadUInt32BigEndian(octets[DataLengthAt..]);
        if (length < MinimumLength || length + (long)data > octets.Length)
        {
            return false;
        }

        header = new(octets[..(length + (int)data)]);
        return true;
    }

    /// <summary>Writes the 20 octets; <paramref name="length"/> counts header and optional segments, a multiple of 4.</summary>
    public static void Write(Span<byte> header, ulong connectionId, byte flags, byte indicators, int length, int dataLength, uint byteSequence)
    {
        BinaryPrimitives.WriteUInt64BigEndian(header, connectionId);
        header[FlagsAt] = flags;
        header[IndicatorsAt] = indicators;
        BinaryPrimitives.WriteUInt16BigEndian(header[WordsAt..], (ushort)(length / 4));
        BinaryPrimitives.WriteUInt32BigEndian(header[DataLengthAt..], (uint)dataLength);
        BinaryPrimitives.WriteUInt32BigEndian(header[SequenceAt..], byteSequence);
    }
}
