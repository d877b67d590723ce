namespace IpsecDp.Ike.Messages.Notifies;

/// <summary>IANA "IKEv2 Hash Algorithms" (RFC 7427 §4); any other number is a value too.</summary>
public enum SignatureHash : ushort
{
    /// <summary>SHA-1; legacy.</summary>
    Sha1 = 1,

    /// <summary>SHA2-256.</summary>
    Sha256 = 2,

    /// <summary>SHA2-384.</summary>
    Sha384 = 3,

    /// <summary>SHA2-512.</summary>
    Sha512 = 4,

    /// <summary>Identity: the algorithm hashes by itself, RFC 8420.</summary>
    Identity = 5,
}
