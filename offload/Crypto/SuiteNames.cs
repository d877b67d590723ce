namespace IpsecDp.Crypto;

/// <summary>The names of algorithms and suites as operators type and read them.</summary>
public static class SuiteNames
{
    /// <summary>The suite's name: cipher, then <c>+</c> and the MAC where there is one.</summary>
    public static string Of(CipherSuite suite) =>
        suite.IsCombined ? Of(suite.Encryption, suite.KeyBits) : $"{Of(suite.Encryption, suite.KeyBits)}+{Of(suite.Integrity)}";

    /// <summary>The MAC's name, as <c>hmac-sha2-256-128</c>.</summary>
    public static string Of(IntegrityAlgorithm algorithm) => algorithm switch
    {
        IntegrityAlgorithm.HmacMd5_96 => "hmac-md5-96",
        IntegrityAlgorithm.HmacSha1_96 => "hmac-sha1-96",
        IntegrityAlgorithm.HmacSha256_128 => "hmac-sha2-256-128",
        IntegrityAlgorithm.HmacSha384_192 => "hmac-sha2-384-192",
        IntegrityAlgorithm.HmacSha512_256 => "hmac-sha2-512-256",
        IntegrityAlgorithm.AesXcbc96 => "aes-xcbc-96",
        IntegrityAlgorithm.AesCmac96 => "aes-cmac-96",
        IntegrityAlgorithm.AesGmac => "aes-gmac",
        _ => "none",
    };

    /// <summary>The cipher's name, as <c>aes-128-gcm-16</c>; <paramref name="keyBits"/> counts where the algorithm takes several lengths.</summary>
    public static string Of(EncryptionAlgorithm algorithm, int keyBits) => algorithm switch
    {
        EncryptionAlgorithm.AesCbc => $"aes-{keyBits}-cbc",
        EncryptionAlgorithm.AesCtr => $"aes-{keyBits}-ctr",
        EncryptionAlgorithm.AesGcm8 => $"aes-{keyBits}-gcm-8",
        EncryptionAlgorithm.AesGcm12 => $"aes-{keyBits}-gcm-12",
        EncryptionAlgorithm.AesGcm16 => $"aes-{keyBits}-gcm-16",
        EncryptionAlgorithm.AesGmac => $"aes-{keyBits}-gmac",
        EncryptionAlgorithm.AesCcm8 => $"aes-{keyBits}-ccm-8",
        EncryptionAlgorithm.AesCcm12 => $"aes-{keyBits}-ccm-12",
        EncryptionAlgorithm.AesCcm16 => $"aes-{keyBits}-ccm-16",
        EncryptionAlgorithm.ChaCha20Poly1305 => "chacha20-poly1305",
        EncryptionAlgorithm.TripleDesCbc => "3des-cbc",
        _ => "null",
    };
}
