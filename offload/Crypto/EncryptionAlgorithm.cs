namespace IpsecDp.Crypto;

/// <summary>How ESP hides its payload; names as in the IANA "Encryption Algorithm Transform" registry.</summary>
public enum EncryptionAlgorithm : byte
{
    /// <summary>RFC 2410.</summary>
    Null,

    /// <summary>RFC 3602.</summary>
    AesCbc,

    /// <summary>RFC 3686.</summary>
    AesCtr,

    /// <summary>RFC 4106 with an 8-byte ICV.</summary>
    AesGcm8,

    /// <summary>RFC 4106 with a 12-byte ICV.</summary>
    AesGcm12,

    /// <summary>RFC 4106 with a 16-byte ICV.</summary>
    AesGcm16,

    /// <summary>RFC 4543: authentication without secrecy.</summary>
    AesGmac,

    /// <summary>RFC 4309 with an 8-byte ICV.</summary>
    AesCcm8,

    /// <summary>RFC 4309 with a 12-byte ICV.</summary>
    AesCcm12,

    /// <summary>RFC 4309 with a 16-byte ICV.</summary>
    AesCcm16,

    /// <summary>RFC 7634.</summary>
    ChaCha20Poly1305,

    /// <summary>RFC 2451; legacy.</summary>
    TripleDesCbc,
}
