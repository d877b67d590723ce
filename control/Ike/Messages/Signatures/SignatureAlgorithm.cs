namespace IpsecDp.Ike.Messages.Signatures;

/// <summary>Signature algorithms with an AlgorithmIdentifier of their own (RFC 7427 appendix A, RFC 8420).</summary>
public enum SignatureAlgorithm : byte
{
    /// <summary>sha1WithRSAEncryption; legacy.</summary>
    RsaSha1,

    /// <summary>sha256WithRSAEncryption.</summary>
    RsaSha256,

    /// <summary>sha384WithRSAEncryption.</summary>
    RsaSha384,

    /// <summary>sha512WithRSAEncryption.</summary>
    RsaSha512,

    /// <summary>RSASSA-PSS with SHA-256, MGF1 with SHA-256 and 32 octets of salt.</summary>
    RsaPssSha256,

    /// <summary>RSASSA-PSS with SHA-384, MGF1 with SHA-384 and 48 octets of salt.</summary>
    RsaPssSha384,

    /// <summary>RSASSA-PSS with SHA-512, MGF1 with SHA-512 and 64 octets of salt.</summary>
    RsaPssSha512,

    /// <summary>ecdsa-with-SHA1; legacy.</summary>
    EcdsaSha1,

    /// <summary>ecdsa-with-SHA256.</summary>
    EcdsaSha256,

    /// <summary>ecdsa-with-SHA384.</summary>
    EcdsaSha384,

    /// <summary>ecdsa-with-SHA512.</summary>
    EcdsaSha512,

    /// <summary>Ed25519, RFC 8420.</summary>
    Ed25519,

    /// <summary>Ed448, RFC 8420.</summary>
    Ed448,
}
