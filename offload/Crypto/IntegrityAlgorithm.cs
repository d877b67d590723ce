namespace IpsecDp.Crypto;

/// <summary>How ESP (beside a cipher that is not combined) and AH prove a packet; names as in the IANA "Integrity Algorithm" registry.</summary>
public enum IntegrityAlgorithm : byte
{
    /// <summary>The encryption algorithm authenticates by itself.</summary>
    None,

    /// <summary>RFC 2403; legacy.</summary>
    HmacMd5_96,

    /// <summary>RFC 2404.</summary>
    HmacSha1_96,

    /// <summary>RFC 4868.</summary>
    HmacSha256_128,

    /// <summary>RFC 4868.</summary>
    HmacSha384_192,

    /// <summary>RFC 4868.</summary>
    HmacSha512_256,

    /// <summary>RFC 3566.</summary>
    AesXcbc96,

    /// <summary>RFC 4494.</summary>
    AesCmac96,

    /// <summary>RFC 4543 in AH: the ICV field carries the 8-byte IV and the 16-byte tag.</summary>
    AesGmac,
}
