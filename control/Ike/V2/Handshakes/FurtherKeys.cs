using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys;

namespace IpsecDp.Ike.V2.Handshakes;

/// <summary>The keys after one more key exchange (RFC 9370 §2.2.2).</summary>
internal static class FurtherKeys
{
    /// <summary>Replaces the keys of an IKE SA; the secret is zeroed.</summary>
    public static void Apply(IkeSaV2 sa, Handshake handshake, SecretBytes secret)
    {
        var suite = sa.Protection!.Suite;
        using (secret)
        using (var seed = KeySeed.OfIntermediate(suite.Prf, sa.Protection.Keys.Derivation, secret, handshake.Nonces))
        {
            sa.Protect(new(suite, SkKeys.Derive(suite, seed, handshake.Nonces, sa.Spis), sa.IsInitiator), keepsFormer: !sa.IsInitiator);
        }
    }
}
