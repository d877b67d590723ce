using System.Diagnostics.CodeAnalysis;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Messages.Payloads;

/// <summary>Ni and Nr (RFC 7296 §3.9), of 16 to 256 octets.</summary>
public sealed record NoncePayload(Octets Nonce) : IkePayload
{
    /// <inheritdoc/>
    public override PayloadType Type => PayloadType.Nonce;

    /// <inheritdoc/>
    public override int BodyLength => Nonce.Length;

    /// <summary>Reads the body whole, or says why not.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out NoncePayload? payload, out IkeFailure failure)
    {
        var isFit = body.Length is >= PayloadLimits.ShortestNonce and <= PayloadLimits.LongestNonce;
        payload = isFit ? new(new Octets(body)) : null;
        failure = isFit ? IkeFailure.None : new(IkeFault.NonceLength, PayloadType.Nonce, body.Length);
        return isFit;
    }

    internal override void Write(ref PayloadWriter writer) => writer.Write(Nonce);
}
