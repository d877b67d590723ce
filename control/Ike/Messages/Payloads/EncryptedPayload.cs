using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Messages.Payloads;

/// <summary>SK (RFC 7296 §3.14), closed: what an opener works on lies in the datagram, this is its shape for who only looks.</summary>
/// <param name="FirstInner">The first payload inside.</param>
/// <param name="Sealed">IV, ciphertext and ICV.</param>
public sealed record EncryptedPayload(PayloadType FirstInner, Octets Sealed) : IkePayload
{
    /// <inheritdoc/>
    public override PayloadType Type => PayloadType.Encrypted;

    /// <inheritdoc/>
    public override int BodyLength => Sealed.Length;

    internal override void Write(ref PayloadWriter writer) => writer.Write(Sealed);
}
