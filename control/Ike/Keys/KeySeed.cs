using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys.Algorithms;

namespace IpsecDp.Ike.Keys;

/// <summary>SKEYSEED, from which the keys of an IKE SA grow, for each way an IKE SA comes to be.</summary>
public static class KeySeed
{
    private const int HalfNonce = 8;

    /// <summary>IKE_SA_INIT: prf(Ni | Nr, g^ir), RFC 7296 §2.14.</summary>
    public static SecretBytes OfInit(PrfTransform prf, NoncePair nonces, SecretBytes shared)
    {
        ArgumentNullException.ThrowIfNull(prf);
        ArgumentNullException.ThrowIfNull(nonces);
        ArgumentNullException.ThrowIfNull(shared);

        // RFC 7296 §2.14: AES-XCBC and AES-CMAC are keyed with the first 64 bits of each nonce only.
        var key = prf.TakesHalfNonces ? nonces.Cut(HalfNonce) : nonces.Joined;
        return Prf.Secret(prf, key.Span, shared.Reveal());
    }

    /// <summary>
    /// Rekey of an IKE SA: prf(SK_d of the old one, SK(0) | Ni | Nr | SK(1) … SK(n)) with the old SA's function, RFC 7296 §2.18;
    /// the further secrets are those of RFC 9370 §2.2.4.
    /// </summary>
    public static SecretBytes OfRekey(PrfTransform oldPrf, SecretBytes oldDerivation, SecretBytes shared, NoncePair nonces, params IReadOnlyList<SecretBytes> further)
    {
        ArgumentNullException.ThrowIfNull(oldPrf);
        ArgumentNullException.ThrowIfNull(oldDerivation);
        ArgumentNullException.ThrowIfNull(shared);
        using var seed = ExchangeSeed.Of(shared, nonces, further);
        return Prf.Secret(oldPrf, oldDerivation.Reveal(), seed.Octets);
    }

    /// <summary>After an IKE_INTERMEDIATE with another key exchange: prf(SK_d(n-1), SK(n) | Ni | Nr), RFC 9370 §2.2.2.</summary>
    public static SecretBytes OfIntermediate(PrfTransform prf, SecretBytes derivation, SecretBytes shared, NoncePair nonces)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        ArgumentNullException.ThrowIfNull(shared);
        ArgumentNullException.ThrowIfNull(nonces);
        return Prf.Secret(prf, derivation.Reveal(), shared.Reveal(), nonces.Joined.Span);
    }
}
