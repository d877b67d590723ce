namespace IpsecDp.Ike.Keys.Algorithms;

/// <summary>IANA "Transform Type 1 - Encryption Algorithm Transform IDs": those an IKE SA of ours can use.</summary>
public enum EncryptionId : ushort
{
    /// <summary>ENCR_3DES, RFC 2451.</summary>
    TripleDesCbc = 3,

    /// <summary>ENCR_AES_CBC, RFC 3602.</summary>
    AesCbc = 12,

    /// <summary>ENCR_AES_GCM_8, RFC 5282.</summary>
    AesGcm8 = 18,

    /// <summary>ENCR_AES_GCM_12, RFC 5282.</summary>
    AesGcm12 = 19,

    /// <summary>ENCR_AES_GCM_16, RFC 5282.</summary>
    AesGcm16 = 20,

    /// <summary>ENCR_CHACHA20_POLY1305, RFC 7634.</summary>
    ChaCha20Poly1305 = 28,
}
