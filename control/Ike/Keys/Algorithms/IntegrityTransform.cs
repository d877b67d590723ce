using System.Security.Cryptography;

namespace IpsecDp.Ike.Keys.Algorithms;

/// <summary>An integrity algorithm and its lengths in octets.</summary>
public sealed record IntegrityTransform
{
    private IntegrityTransform(IntegrityId id, string name, string ianaName, int keyLength, int icvLength, HashAlgorithmName? hash)
    {
        (Id, Name, IanaName, KeyLength, IcvLength, Hash) = (id, name, ianaName, keyLength, icvLength, hash);
    }

    /// <summary>Every algorithm.</summary>
    public static IReadOnlyList<IntegrityTransform> All { get; } =
    [
        new(IntegrityId.HmacSha256_128, "hmac-sha2-256-128", "AUTH_HMAC_SHA2_256_128", 32, 16, HashAlgorithmName.SHA256),
        new(IntegrityId.HmacSha384_192, "hmac-sha2-384-192", "AUTH_HMAC_SHA2_384_192", 48, 24, HashAlgorithmName.SHA384),
        new(IntegrityId.HmacSha512_256, "hmac-sha2-512-256", "AUTH_HMAC_SHA2_512_256", 64, 32, HashAlgorithmName.SHA512),
        new(IntegrityId.AesCmac96, "aes-cmac-96", "AUTH_AES_CMAC_96", 16, 12, null),
        new(IntegrityId.AesXcbc96, "aes-xcbc-96", "AUTH_AES_XCBC_96", 16, 12, null),
        new(IntegrityId.HmacSha1_96, "hmac-sha1-96", "AUTH_HMAC_SHA1_96", 20, 12, HashAlgorithmName.SHA1),
    ];

    /// <summary>The number on the wire.</summary>
    public IntegrityId Id { get; }

    /// <summary>The operator's name.</summary>
    public string Name { get; }

    /// <summary>The name in the IANA registry.</summary>
    public string IanaName { get; }

    /// <summary>Octets of SK_a.</summary>
    public int KeyLength { get; }

    /// <summary>Octets of the checksum that are sent.</summary>
    public int IcvLength { get; }

    /// <summary>The hash under HMAC, or none for those made of AES.</summary>
    public HashAlgorithmName? Hash { get; }

    /// <summary>Finds an algorithm by its number; NONE is no algorithm.</summary>
    public static bool TryFind(ushort id, out IntegrityTransform? transform)
    {
        transform = All.FirstOrDefault(t => (ushort)t.Id == id);
        return transform is not null;
    }

    /// <summary>The algorithm of that number; throws <see cref="InvalidOperationException"/> for NONE.</summary>
    public static IntegrityTransform Of(IntegrityId id) => All.First(t => t.Id == id);
}
