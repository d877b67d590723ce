using System.Diagnostics.CodeAnalysis;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Messages.Payloads;

/// <summary>KE (RFC 7296 §3.4): a public value, or what a KEM made of one; whether its length fits the method is the method's to say.</summary>
/// <param name="Method">The number of transform type 4.</param>
/// <param name="Value">The public value.</param>
public sealed record KeyExchangePayload(ushort Method, Octets Value) : IkePayload
{
    /// <inheritdoc/>
    public override PayloadType Type => PayloadType.KeyExchange;

    /// <inheritdoc/>
    public override int BodyLength => 4 + Value.Length;

    /// <summary>Reads the body whole, or says why not.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out KeyExchangePayload? payload, out IkeFailure failure)
    {
        payload = null;
        var reader = new PayloadReader(body);
        if (!reader.TryReadUInt16(out var method) || !reader.TrySkip(2))
        {
            failure = new(IkeFault.BodyTooShort, PayloadType.KeyExchange, body.Length);
            return false;
        }

        if (reader.Remaining is 0 or > PayloadLimits.KeyExchange)
        {
            failure = new(IkeFault.KeyExchangeLength, PayloadType.KeyExchange, reader.Remaining);
            return false;
        }

        payload = new(method, new(reader.ReadRest()));
        failure = IkeFailure.None;
        return true;
    }

    internal override void Write(ref PayloadWriter writer)
    {
        writer.Word(Method);
        writer.Reserved(2);
        writer.Write(Value);
    }
}
