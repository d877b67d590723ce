using System.Security.Cryptography;

namespace IpsecDp.Ike.Keys.Algorithms;

/// <summary>A pseudorandom function and its lengths in octets.</summary>
public sealed record PrfTransform
{
    private PrfTransform(PrfId id, string name, string ianaName, int outputLength, HashAlgorithmName? hash)
    {
        (Id, Name, IanaName, OutputLength, Hash) = (id, name, ianaName, outputLength, hash);
    }

    /// <summary>Every function.</summary>
    public static IReadOnlyList<PrfTransform> All { get; } =
    [
        new(PrfId.HmacSha256, "hmac-sha2-256", "PRF_HMAC_SHA2_256", 32, HashAlgorithmName.SHA256),
        new(PrfId.HmacSha384, "hmac-sha2-384", "PRF_HMAC_SHA2_384", 48, HashAlgorithmName.SHA384),
        new(PrfId.HmacSha512, "hmac-sha2-512", "PRF_HMAC_SHA2_512", 64, HashAlgorithmName.SHA512),
        new(PrfId.AesCmac, "aes-cmac", "PRF_AES128_CMAC", 16, null),
        new(PrfId.AesXcbc, "aes-xcbc", "PRF_AES128_XCBC", 16, null),
        new(PrfId.HmacSha1, "hmac-sha1", "PRF_HMAC_SHA1", 20, HashAlgorithmName.SHA1),
    ];

    /// <summary>The number on the wire.</summary>
    public PrfId Id { get; }

    /// <summary>The operator's name.</summary>
    public string Name { get; }

    /// <summary>The name in the IANA registry.</summary>
    public string IanaName { get; }

    /// <summary>Octets of one output; also the preferred key length, and so the length of SK_d, SK_pi and SK_pr (RFC 7296 §2.13).</summary>
    public int OutputLength { get; }

    /// <summary>The hash under HMAC, or none for those made of AES.</summary>
    public HashAlgorithmName? Hash { get; }

    /// <summary>Whether SKEYSEED takes only 64 bits of each nonce as the key (RFC 7296 §2.14).</summary>
    public bool TakesHalfNonces => Hash is null;

    /// <summary>Least octets of a nonce: half the key, and never under 16 (RFC 7296 §2.10).</summary>
    public int LeastNonceLength => Math.Max(16, OutputLength / 2);

    /// <summary>Finds a function by its number.</summary>
    public static bool TryFind(ushort id, out PrfTransform? transform)
    {
        transform = All.FirstOrDefault(t => (ushort)t.Id == id);
        return transform is not null;
    }

    /// <summary>The function of that number.</summary>
    public static PrfTransform Of(PrfId id) => All.First(t => t.Id == id);
}
