using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Messages.Payloads;

/// <summary>D (RFC 7296 §3.11): SAs the sender has deleted, by the SPIs it receives them on; of the IKE SA itself without any.</summary>
/// <param name="Protocol">IKE, AH or ESP.</param>
/// <param name="Spis">SPIs of children, as they came: one may stand there twice.</param>
public sealed record DeletePayload(ProtocolId Protocol, ValueList<uint> Spis) : IkePayload
{
    /// <summary>The delete of the IKE SA.</summary>
    public static DeletePayload IkeSa { get; } = new(ProtocolId.Ike, []);

    /// <inheritdoc/>
    public override PayloadType Type => PayloadType.Delete;

    /// <inheritdoc/>
    public override int BodyLength => 4 + (Spis.Count * ProtocolIds.ChildSpiLength);

    /// <summary>Reads the body whole, or says why not.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out DeletePayload? payload, out IkeFailure failure)
    {
        payload = null;
        var reader = new PayloadReader(body);
        if (!reader.TryReadByte(out var protocol) || !reader.TryReadByte(out var spiLength) || !reader.TryReadUInt16(out var count))
        {
            failure = new(IkeFault.BodyTooShort, PayloadType.Delete, body.Length);
            return false;
        }

        var isChild = ProtocolIds.IsChild((ProtocolId)protocol);
        var fault = (ProtocolId)protocol switch
        {
            // RFC 7296 §3.11: the header says which IKE SA; it has neither SPI nor count.
            ProtocolId.Ike when spiLength == 0 => count == 0 && reader.IsAtEnd ? IkeFault.None : IkeFault.DeleteCount,
            _ when !isChild || spiLength != ProtocolIds.ChildSpiLength => IkeFault.DeleteProtocol,
            _ when count > PayloadLimits.Spis => IkeFault.TooManySpis,
            _ when count == 0 || count * ProtocolIds.ChildSpiLength != reader.Remaining => IkeFault.DeleteCount,
            _ => IkeFault.None,
        };
        failure = fault == IkeFault.None ? IkeFailure.None : new(fault, PayloadType.Delete, fault == IkeFault.DeleteProtocol ? protocol : count);
        if (fault != IkeFault.None)
        {
            return false;
        }

        var spis = new uint[count];
        for (var i = 0; i < count; i++)
        {
            spis[i] = BinaryPrimitives.ReadUInt32BigEndian(body[(4 + (i * ProtocolIds.ChildSpiLength))..]);
        }

        payload = new((ProtocolId)protocol, [.. spis]);
        return true;
    }

    internal override void Write(ref PayloadWriter writer)
    {
        writer.Octet((byte)Protocol);
        writer.Octet(Protocol == ProtocolId.Ike ? (byte)0 : (byte)ProtocolIds.ChildSpiLength);
        writer.Word(Spis.Count);
        foreach (var spi in Spis)
        {
            writer.DoubleWord(spi);
        }
    }
}
