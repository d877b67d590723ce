namespace IpsecDp.Ike.Keys.Algorithms;

/// <summary>IANA "Transform Type 3 - Integrity Algorithm Transform IDs": those we compute.</summary>
public enum IntegrityId : ushort
{
    /// <summary>NONE: the cipher authenticates by itself.</summary>
    None = 0,

    /// <summary>AUTH_HMAC_SHA1_96, RFC 2404.</summary>
    HmacSha1_96 = 2,

    /// <summary>AUTH_AES_XCBC_96, RFC 3566.</summary>
    AesXcbc96 = 5,

    /// <summary>AUTH_AES_CMAC_96, RFC 4494.</summary>
    AesCmac96 = 8,

    /// <summary>AUTH_HMAC_SHA2_256_128, RFC 4868.</summary>
    HmacSha256_128 = 12,

    /// <summary>AUTH_HMAC_SHA2_384_192, RFC 4868.</summary>
    HmacSha384_192 = 13,

    /// <summary>AUTH_HMAC_SHA2_512_256, RFC 4868.</summary>
    HmacSha512_256 = 14,
}
