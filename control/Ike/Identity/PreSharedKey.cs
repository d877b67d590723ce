using System.Security.Cryptography;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Keys.Algorithms;
using IpsecDp.Ike.Messages.Payloads;

namespace IpsecDp.Ike.Identity;

/// <summary>Authentication by a shared secret: prf(prf(secret, "Key Pad for IKEv2"), octets), RFC 7296 §2.15. The secret stays its owner's; an EAP method's MSK serves the same way (§2.16).</summary>
public sealed class PreSharedKey(PrfTransform prf, SecretBytes secret) : IAuthenticator, IAuthenticationCheck
{
    private static ReadOnlySpan<byte> KeyPad => "Key Pad for IKEv2"u8;

    /// <inheritdoc/>
    public AuthenticationPayload Prove(ReadOnlySpan<byte> signedOctets)
    {
        Span<byte> proof = stackalloc byte[prf.OutputLength];
        Compute(signedOctets, proof);
        return new(AuthenticationMethod.SharedKey, new(proof));
    }

    /// <inheritdoc/>
    public AuthenticationFault Check(AuthenticationPayload proof, ReadOnlySpan<byte> signedOctets)
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (proof.Method != AuthenticationMethod.SharedKey)
        {
            return AuthenticationFault.OtherMethod;
        }

        Span<byte> expected = stackalloc byte[prf.OutputLength];
        Compute(signedOctets, expected);
        return CryptographicOperations.FixedTimeEquals(expected, proof.Proof.Span) ? AuthenticationFault.None : AuthenticationFault.WrongProof;
    }

    private void Compute(ReadOnlySpan<byte> signedOctets, Span<byte> proof)
    {
        using var padded = Prf.Secret(prf, secret.Reveal(), KeyPad);
        Prf.Compute(prf, padded.Reveal(), proof, signedOctets);
    }
}
