using IpsecDp.Crypto;

namespace IpsecDp.TestKit.Interop;

/// <summary>What scapy calls the algorithms.</summary>
public static class ScapyNames
{
    /// <summary>A name out of CRYPT_ALGOS, the script's own additions among them.</summary>
    public static string Of(EncryptionAlgorithm algorithm) => algorithm switch
    {
        EncryptionAlgorithm.Null => "NULL",
        EncryptionAlgorithm.AesCbc => "AES-CBC",
        EncryptionAlgorithm.AesCtr => "AES-CTR",
        EncryptionAlgorithm.AesGcm8 => "AES-GCM-8",
        EncryptionAlgorithm.AesGcm12 => "AES-GCM-12",
        EncryptionAlgorithm.AesGcm16 => "AES-GCM",
        EncryptionAlgorithm.AesGmac => "AES-NULL-GMAC",
        EncryptionAlgorithm.ChaCha20Poly1305 => "CHACHA20-POLY1305",
        EncryptionAlgorithm.TripleDesCbc => "3DES",
        _ => "AES-CCM",
    };

    /// <summary>A name out of AUTH_ALGOS; null for none, and for GMAC in AH, which scapy does not have.</summary>
    public static string? Of(IntegrityAlgorithm algorithm) => algorithm switch
    {
        IntegrityAlgorithm.HmacMd5_96 => "HMAC-MD5-96",
        IntegrityAlgorithm.HmacSha1_96 => "HMAC-SHA1-96",
        IntegrityAlgorithm.HmacSha256_128 => "SHA2-256-128",
        IntegrityAlgorithm.HmacSha384_192 => "SHA2-384-192",
        IntegrityAlgorithm.HmacSha512_256 => "SHA2-512-256",
        IntegrityAlgorithm.AesXcbc96 => "AES-XCBC-96",
        IntegrityAlgorithm.AesCmac96 => "AES-CMAC-96",
        _ => null,
    };

    /// <summary>Whether the cipher's one name stands for ICVs of several lengths.</summary>
    public static bool IsSizedByIcv(EncryptionAlgorithm algorithm) =>
        algorithm is EncryptionAlgorithm.AesCcm8 or EncryptionAlgorithm.AesCcm12 or EncryptionAlgorithm.AesCcm16;
}
