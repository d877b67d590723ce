namespace IpsecDp.Ike.Keys.Algorithms;

/// <summary>IANA "Transform Type 2 - Pseudorandom Function Transform IDs": those we compute.</summary>
public enum PrfId : ushort
{
    /// <summary>PRF_HMAC_SHA1, RFC 2104.</summary>
    HmacSha1 = 2,

    /// <summary>PRF_AES128_XCBC, RFC 4434.</summary>
    AesXcbc = 4,

    /// <summary>PRF_HMAC_SHA2_256, RFC 4868.</summary>
    HmacSha256 = 5,

    /// <summary>PRF_HMAC_SHA2_384, RFC 4868.</summary>
    HmacSha384 = 6,

    /// <summary>PRF_HMAC_SHA2_512, RFC 4868.</summary>
    HmacSha512 = 7,

    /// <summary>PRF_AES128_CMAC, RFC 4615.</summary>
    AesCmac = 8,
}
