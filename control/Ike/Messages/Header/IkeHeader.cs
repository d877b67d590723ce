using System.Buffers.Binary;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Payloads;

namespace IpsecDp.Ike.Messages.Header;

/// <summary>The 28 octets in front of every message (RFC 7296 §3.1, RFC 2408 §3.1); versions 1 and 2 are told apart, any other is refused.</summary>
public readonly record struct IkeHeader
{
    /// <summary>Octets on the wire.</summary>
    public const int WireLength = 28;

    private const byte InitiatorFlag = 0x08;
    private const byte HigherVersionFlag = 0x10;
    private const byte ResponseFlag = 0x20;
    private const byte EncryptedFlagV1 = 0x01;

    private const int NextPayloadOffset = 16;
    private const int LengthOffset = 24;

    /// <summary>The SPI the initiator of the IKE SA chose (its cookie in IKEv1); never 0.</summary>
    public required ulong InitiatorSpi { get; init; }

    /// <summary>The SPI the responder chose; 0 in the first request.</summary>
    public required ulong ResponderSpi { get; init; }

    /// <summary>The first payload.</summary>
    public PayloadType NextPayload { get; init; }

    /// <summary>1 or 2.</summary>
    public byte MajorVersion { get; init; } = 2;

    /// <summary>0 as sent; ignored as received (RFC 7296 §2.5).</summary>
    public byte MinorVersion { get; init; }

    /// <summary>The exchange.</summary>
    public required ExchangeType Exchange { get; init; }

    /// <summary>The flags' octet, reserved bits included.</summary>
    public byte Flags { get; init; }

    /// <summary>Number of the request, and of its response.</summary>
    public required uint MessageId { get; init; }

    /// <summary>Octets of the whole message.</summary>
    public int Length { get; init; }

    /// <summary>Makes a header of version 2.</summary>
    public IkeHeader()
    {
    }

    /// <summary>Whether the sender began the IKE SA.</summary>
    public bool IsFromInitiator
    {
        get => (Flags & InitiatorFlag) != 0;
        init => Flags = (byte)(value ? Flags | InitiatorFlag : Flags & ~InitiatorFlag);
    }

    /// <summary>Whether it answers a request.</summary>
    public bool IsResponse
    {
        get => (Flags & ResponseFlag) != 0;
        init => Flags = (byte)(value ? Flags | ResponseFlag : Flags & ~ResponseFlag);
    }

    /// <summary>Whether the sender speaks a higher major version too.</summary>
    public bool SpeaksHigherVersion => (Flags & HigherVersionFlag) != 0;

    /// <summary>Whether everything behind the header of an IKEv1 message is encrypted (RFC 2408 §3.1).</summary>
    public bool IsEncryptedV1 => MajorVersion == 1 && (Flags & EncryptedFlagV1) != 0;

    /// <summary>Reads the header of a datagram, which has to be as long as it says.</summary>
    /// <remarks>The failure for another version is given before its length is looked at, since it may be answered (RFC 7296 §2.5).</remarks>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out IkeHeader header, out IkeFailure failure)
    {
        header = default;
        if (datagram.Length < WireLength)
        {
            failure = new(IkeFault.DatagramTooShort, Detail: datagram.Length);
            return false;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(datagram[LengthOffset..]);
        header = new IkeHeader
        {
            InitiatorSpi = BinaryPrimitives.ReadUInt64BigEndian(datagram),
            ResponderSpi = BinaryPrimitives.ReadUInt64BigEndian(datagram[8..]),
            NextPayload = (PayloadType)datagram[NextPayloadOffset],
            MajorVersion = (byte)(datagram[17] >> 4),
            MinorVersion = (byte)(datagram[17] & 0x0F),
            Exchange = (ExchangeType)datagram[18],
            Flags = datagram[19],
            MessageId = BinaryPrimitives.ReadUInt32BigEndian(datagram[20..]),
            Length = datagram.Length,
        };
        failure = header switch
        {
            { MajorVersion: not (1 or 2) } => new(IkeFault.UnsupportedVersion, Detail: header.MajorVersion),
            _ when length != datagram.Length || length > PayloadLimits.Message => new(IkeFault.LengthMismatch, Detail: (int)Math.Min(length, int.MaxValue)),
            { InitiatorSpi: 0 } => new(IkeFault.NoInitiatorSpi),
            _ => IkeFailure.None,
        };
        return failure.Fault == IkeFault.None;
    }

    /// <summary>Writes the <see cref="WireLength"/> octets.</summary>
    public void Write(Span<byte> octets)
    {
        BinaryPrimitives.WriteUInt64BigEndian(octets, InitiatorSpi);
        BinaryPrimitives.WriteUInt64BigEndian(octets[8..], ResponderSpi);
        octets[NextPayloadOffset] = (byte)NextPayload;
        octets[17] = (byte)((MajorVersion << 4) | (MinorVersion & 0x0F));
        octets[18] = (byte)Exchange;
        octets[19] = Flags;
        BinaryPrimitives.WriteUInt32BigEndian(octets[20..], MessageId);
        BinaryPrimitives.WriteUInt32BigEndian(octets[LengthOffset..], (uint)Length);
    }
}
