using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Messages.Payloads;

/// <summary>N (RFC 7296 §3.10): an error or a state; SPI and data fit the type, where it is known.</summary>
/// <param name="Protocol">What the SPI is of.</param>
/// <param name="Spi">The SA it is about, or none.</param>
/// <param name="Notify">The type.</param>
/// <param name="Data">What the type says it is.</param>
public sealed record NotifyPayload(ProtocolId Protocol, Octets Spi, NotifyType Notify, Octets Data) : IkePayload
{
    /// <summary>A notification about no SA in particular.</summary>
    public NotifyPayload(NotifyType notify, Octets data = default)
        : this(ProtocolId.None, Octets.Empty, notify, data)
    {
    }

    /// <inheritdoc/>
    public override PayloadType Type => PayloadType.Notify;

    /// <inheritdoc/>
    public override int BodyLength => 4 + Spi.Length + Data.Length;

    /// <summary>Whether it says that something failed.</summary>
    public bool IsError => NotifyTypes.IsError(Notify);

    /// <summary>The SPI of a child; null without one.</summary>
    public uint? ChildSpi => Spi.Length == ProtocolIds.ChildSpiLength ? BinaryPrimitives.ReadUInt32BigEndian(Spi.Span) : null;

    /// <summary>Data of two octets as a number: the method of INVALID_KE_PAYLOAD; null when it is of another length.</summary>
    public ushort? Word => Data.Length == 2 ? BinaryPrimitives.ReadUInt16BigEndian(Data.Span) : null;

    /// <summary>Data of four octets as a number: a window size, a lifetime in seconds; null when it is of another length.</summary>
    public uint? DoubleWord => Data.Length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(Data.Span) : null;

    /// <summary>Reads the body whole, or says why not.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out NotifyPayload? payload, out IkeFailure failure)
    {
        payload = null;
        var reader = new PayloadReader(body);
        if (!reader.TryReadByte(out var protocol) || !reader.TryReadByte(out var spiLength) || !reader.TryReadUInt16(out var type)
            || !reader.TryReadOctets(spiLength, out var spi))
        {
            failure = new(IkeFault.BodyTooShort, PayloadType.Notify, body.Length);
            return false;
        }

        var data = reader.ReadRest();
        var fault = NotifyRules.FaultOfSpi((NotifyType)type, (ProtocolId)protocol, spiLength);
        fault = fault == IkeFault.None ? NotifyRules.FaultOfData((NotifyType)type, data) : fault;
        failure = fault == IkeFault.None ? IkeFailure.None : new(fault, PayloadType.Notify, type);
        payload = fault == IkeFault.None ? new((ProtocolId)protocol, new(spi), (NotifyType)type, new(data)) : null;
        return payload is not null;
    }

    internal override void Write(ref PayloadWriter writer)
    {
        writer.Octet((byte)Protocol);
        writer.Octet((byte)Spi.Length);
        writer.Word((ushort)Notify);
        writer.Write(Spi);
        writer.Write(Data);
    }
}
