using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.V2.Handshakes;

/// <summary>A message of IKE_INTERMEDIATE as AUTH covers it: A, the headers as of one SK payload, and P, what is inside (RFC 9242 §3.3.2).</summary>
/// <remarks>Both are written anew from what was read; a payload with reserved bits set, which no specification allows, would make AUTH fail.</remarks>
internal static class IntermediateText
{
    /// <summary>A and P.</summary>
    public static (byte[] Header, byte[] Inner) Of(in IkeHeader header, ValueList<IkePayload> payloads)
    {
        var inner = new byte[PayloadChain.LengthOf(payloads)];
        PayloadChain.Write(payloads, inner);
        var outer = new byte[IkeHeader.WireLength + PayloadFrame.HeaderLength];
        (header with { NextPayload = PayloadType.Encrypted, Length = outer.Length + inner.Length }).Write(outer);
        outer[IkeHeader.WireLength] = (byte)PayloadChain.FirstOf(payloads);
        return (outer, inner);
    }
}
