using System.Security.Cryptography;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Signatures;

namespace IpsecDp.Ike.Identity.Signatures;

/// <summary>
/// This node's private key at work for one peer. With the peer's hashes (RFC 7427) it signs by method 14, without by method 1 or by
/// those of RFC 4754. The salt of PSS and the number of ECDSA are drawn by the platform, which takes no dice from outside.
/// </summary>
public sealed class SigningKey : IAuthenticator
{
    private readonly AsymmetricAlgorithm _key;
    private readonly SignatureScheme _scheme;
    private readonly EcdsaKind? _oldMethod;
    private readonly bool _isNewMethod;

    private SigningKey(AsymmetricAlgorithm key, SignatureScheme scheme, EcdsaKind? oldMethod, bool isNewMethod)
    {
        (_key, _scheme, _oldMethod, _isNewMethod) = (key, scheme, oldMethod, isNewMethod);
    }

    /// <summary>
    /// Chooses how to sign; false if the key is neither RSA nor ECDSA on a curve of RFC 4754. <paramref name="peerHashes"/> is null for a
    /// peer that sent no SIGNATURE_HASH_ALGORITHMS; where none of its hashes is ours, the older method remains (RFC 7427 §4).
    /// </summary>
    public static bool TryCreate(AsymmetricAlgorithm key, SignatureRules rules, IReadOnlyList<SignatureHash>? peerHashes, out SigningKey? signing)
    {
        ArgumentNullException.ThrowIfNull(rules);
        signing = key switch
        {
            RSA rsa => OfRsa(rsa, rules, peerHashes),
            ECDsa ecdsa when EcdsaKind.Of(ecdsa) is { } kind => OfEcdsa(ecdsa, kind, rules, peerHashes),
            _ => null,
        };
        return signing is not null;
    }

    /// <inheritdoc/>
    public AuthenticationPayload Prove(ReadOnlySpan<byte> signedOctets)
    {
        var octets = signedOctets.ToArray();
        if (_key is RSA rsa)
        {
            var signature = rsa.SignData(octets, _scheme.HashName, _scheme.Padding!);
            return _isNewMethod ? Digital(signature) : new(AuthenticationMethod.RsaSignature, new(signature));
        }

        // RFC 4754 §7: r | s of fixed length. RFC 7427 appendix A.3: a DER sequence of both.
        var format = _isNewMethod ? DSASignatureFormat.Rfc3279DerSequence : DSASignatureFormat.IeeeP1363FixedFieldConcatenation;
        var proof = ((ECDsa)_key).SignData(octets, _scheme.HashName, format);
        return _isNewMethod ? Digital(proof) : new(_oldMethod!.Method, new(proof));
    }

    private AuthenticationPayload Digital(byte[] signature) => AuthenticationPayload.Of(DigitalSignature.Of(_scheme.Algorithm, new(signature)));

    private static SigningKey OfRsa(RSA key, SignatureRules rules, IReadOnlyList<SignatureHash>? peerHashes)
    {
        var hash = Choose(rules, peerHashes, SignatureHash.Sha256);
        return hash is { } chosen
            ? new(key, SignatureScheme.Rsa(chosen, rules.PrefersPss && chosen != SignatureHash.Sha1), null, isNewMethod: true)
            : new(key, SignatureScheme.Rsa(rules.RsaMethodHash, isPss: false), null, isNewMethod: false);
    }

    private static SigningKey OfEcdsa(ECDsa key, EcdsaKind kind, SignatureRules rules, IReadOnlyList<SignatureHash>? peerHashes)
    {
        var hash = Choose(rules, peerHashes, kind.Hash);
        return new(key, SignatureScheme.Ecdsa(hash ?? kind.Hash), kind, isNewMethod: hash is not null);
    }

    private static SignatureHash? Choose(SignatureRules rules, IReadOnlyList<SignatureHash>? peerHashes, SignatureHash fitting)
    {
        var common = rules.Hashes.Where(hash => peerHashes?.Contains(hash) == true).ToList();
        return common.Count == 0 ? null : common.Contains(fitting) ? fitting : common[0];
    }
}
