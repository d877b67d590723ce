using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Keys.Algorithms;

namespace IpsecDp.Ike.Identity;

/// <summary>What AUTH proves, RFC 7296 §2.15: RealMessage | NonceData of the other side | prf(SK_p, body of the ID payload) | IntAuth.</summary>
public static class SignedOctets
{
    /// <summary>The octets of one side.</summary>
    /// <param name="prf">The negotiated function.</param>
    /// <param name="proofKey">SK_pi for the initiator's AUTH, SK_pr for the responder's; with a PPK the mixed key, and for NO_PPK_AUTH the unmixed one (RFC 8784 §3).</param>
    /// <param name="realMessage">The IKE_SA_INIT message this side sent: the last one, header to end, without a non-ESP marker.</param>
    /// <param name="peerNonce">The nonce the other side sent.</param>
    /// <param name="identity">The ID payload this side sends.</param>
    /// <param name="intermediate">What <see cref="IntermediateProof.Conclude"/> gave; nothing without IKE_INTERMEDIATE (RFC 9242 §3.3.2).</param>
    public static byte[] Of(PrfTransform prf, SecretBytes proofKey, ReadOnlySpan<byte> realMessage, ReadOnlySpan<byte> peerNonce, IkeId identity, ReadOnlySpan<byte> intermediate = default)
    {
        ArgumentNullException.ThrowIfNull(prf);
        ArgumentNullException.ThrowIfNull(proofKey);
        ArgumentNullException.ThrowIfNull(identity);

        // RFC 7296 §2.15: RestOfInitIDPayload is the type, three reserved octets as zero, and the identity.
        byte[] rest = [(byte)identity.Type, 0, 0, 0, .. identity.Value.Span];
        return Of(prf, proofKey, realMessage, peerNonce, rest, intermediate);
    }

    /// <summary>The same with the ID payload's body as it arrived, reserved octets included: RFC 7296 §2.15 covers them as they were sent.</summary>
    public static byte[] Of(PrfTransform prf, SecretBytes proofKey, ReadOnlySpan<byte> realMessage, ReadOnlySpan<byte> peerNonce, ReadOnlySpan<byte> identityBody, ReadOnlySpan<byte> intermediate)
    {
        ArgumentNullException.ThrowIfNull(prf);
        ArgumentNullException.ThrowIfNull(proofKey);
        var octets = new byte[realMessage.Length + peerNonce.Length + prf.OutputLength + intermediate.Length];
        realMessage.CopyTo(octets);
        peerNonce.CopyTo(octets.AsSpan(realMessage.Length));
        Prf.Compute(prf, proofKey.Reveal(), octets.AsSpan(realMessage.Length + peerNonce.Length, prf.OutputLength), identityBody);
        intermediate.CopyTo(octets.AsSpan(octets.Length - intermediate.Length));
        return octets;
    }
}
