using IpsecDp.Crypto;

namespace IpsecDp.Policy.Compile;

/// <summary>From the data plane's algorithms to the names IKE negotiates by.</summary>
internal static class AlgorithmWords
{
    /// <summary>An encryption algorithm.</summary>
    public static string Encryption(EncryptionAlgorithm algorithm, int keyBits) => algorithm switch
    {
        EncryptionAlgorithm.Null => "null",
        EncryptionAlgorithm.TripleDesCbc => "3des-cbc",
        EncryptionAlgorithm.AesCbc => $"aes-{keyBits}-cbc",
        EncryptionAlgorithm.AesCtr => $"aes-{keyBits}-ctr",
        EncryptionAlgorithm.AesCcm8 => $"aes-{keyBits}-ccm-8",
        EncryptionAlgorithm.AesCcm12 => $"aes-{keyBits}-ccm-12",
        EncryptionAlgorithm.AesCcm16 => $"aes-{keyBits}-ccm-16",
        EncryptionAlgorithm.AesGcm8 => $"aes-{keyBits}-gcm-8",
        EncryptionAlgorithm.AesGcm12 => $"aes-{keyBits}-gcm-12",
        EncryptionAlgorithm.AesGcm16 => $"aes-{keyBits}-gcm-16",
        EncryptionAlgorithm.AesGmac => $"aes-{keyBits}-gmac",
        EncryptionAlgorithm.ChaCha20Poly1305 => "chacha20-poly1305",
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
    };

    /// <summary>An integrity algorithm; null for one IKE has no name for here.</summary>
    public static string? Integrity(IntegrityAlgorithm algorithm) => algorithm switch
    {
        IntegrityAlgorithm.HmacMd5_96 => "hmac-md5-96",
        IntegrityAlgorithm.HmacSha1_96 => "hmac-sha1-96",
        IntegrityAlgorithm.HmacSha256_128 => "hmac-sha2-256-128",
        IntegrityAlgorithm.HmacSha384_192 => "hmac-sha2-384-192",
        IntegrityAlgorithm.HmacSha512_256 => "hmac-sha2-512-256",
        IntegrityAlgorithm.AesXcbc96 => "aes-xcbc-96",
        IntegrityAlgorithm.AesCmac96 => "aes-cmac-96",
        _ => null,
    };

    /// <summary>Whether a group is kept for old peers only (RFC 8247 §2.4).</summary>
    public static bool IsLegacyGroup(string group) => group is "modp-1024" or "modp-1536" or "modp-2048-256";
}
