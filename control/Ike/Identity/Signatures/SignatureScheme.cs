using System.Security.Cryptography;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Signatures;

namespace IpsecDp.Ike.Identity.Signatures;

/// <summary>A signature algorithm taken apart: kind of key, hash, and for RSA the padding.</summary>
internal sealed record SignatureScheme(SignatureAlgorithm Algorithm, bool IsRsa, SignatureHash Hash, RSASignaturePadding? Padding)
{
    private static readonly SignatureScheme[] All =
    [
        Pss(SignatureAlgorithm.RsaPssSha256, SignatureHash.Sha256),
        Pss(SignatureAlgorithm.RsaPssSha384, SignatureHash.Sha384),
        Pss(SignatureAlgorithm.RsaPssSha512, SignatureHash.Sha512),
        Pkcs1(SignatureAlgorithm.RsaSha256, SignatureHash.Sha256),
        Pkcs1(SignatureAlgorithm.RsaSha384, SignatureHash.Sha384),
        Pkcs1(SignatureAlgorithm.RsaSha512, SignatureHash.Sha512),
        Pkcs1(SignatureAlgorithm.RsaSha1, SignatureHash.Sha1),
        Ecdsa(SignatureAlgorithm.EcdsaSha256, SignatureHash.Sha256),
        Ecdsa(SignatureAlgorithm.EcdsaSha384, SignatureHash.Sha384),
        Ecdsa(SignatureAlgorithm.EcdsaSha512, SignatureHash.Sha512),
        Ecdsa(SignatureAlgorithm.EcdsaSha1, SignatureHash.Sha1),
    ];

    /// <summary>The platform's name of the hash.</summary>
    public HashAlgorithmName HashName => NameOf(Hash);

    /// <summary>The scheme of an algorithm; none for those of keys we have not (Ed25519, Ed448).</summary>
    public static SignatureScheme? Of(SignatureAlgorithm algorithm) => All.FirstOrDefault(scheme => scheme.Algorithm == algorithm);

    /// <summary>The scheme of RSA with that hash.</summary>
    public static SignatureScheme Rsa(SignatureHash hash, bool isPss) =>
        All.First(scheme => scheme.IsRsa && scheme.Hash == hash && (scheme.Padding == RSASignaturePadding.Pss) == isPss);

    /// <summary>The scheme of ECDSA with that hash.</summary>
    public static SignatureScheme Ecdsa(SignatureHash hash) => All.First(scheme => !scheme.IsRsa && scheme.Hash == hash);

    /// <summary>The platform's name of a hash; throws <see cref="ArgumentOutOfRangeException"/> for one we do not sign with.</summary>
    public static HashAlgorithmName NameOf(SignatureHash hash) => hash switch
    {
        SignatureHash.Sha1 => HashAlgorithmName.SHA1,
        SignatureHash.Sha256 => HashAlgorithmName.SHA256,
        SignatureHash.Sha384 => HashAlgorithmName.SHA384,
        SignatureHash.Sha512 => HashAlgorithmName.SHA512,
        _ => throw new ArgumentOutOfRangeException(nameof(hash)),
    };

    private static SignatureScheme Pss(SignatureAlgorithm algorithm, SignatureHash hash) => new(algorithm, true, hash, RSASignaturePadding.Pss);

    private static SignatureScheme Pkcs1(SignatureAlgorithm algorithm, SignatureHash hash) => new(algorithm, true, hash, RSASignaturePadding.Pkcs1);

    private static SignatureScheme Ecdsa(SignatureAlgorithm algorithm, SignatureHash hash) => new(algorithm, false, hash, null);
}
