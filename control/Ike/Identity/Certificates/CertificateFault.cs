namespace IpsecDp.Ike.Identity.Certificates;

/// <summary>Why a peer's certificate was not believed.</summary>
public enum CertificateFault
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>No certificate came, though the method needs one.</summary>
    NoCertificate,

    /// <summary>An encoding that is not a plain X.509 certificate.</summary>
    OtherEncoding,

    /// <summary>A hash and a URL: fetching what an unauthenticated peer names is refused.</summary>
    HashAndUrl,

    /// <summary>More certificates, or more octets of them, than is taken from one peer.</summary>
    TooMany,

    /// <summary>Not a certificate.</summary>
    Malformed,

    /// <summary>No path to an authority the policy trusts.</summary>
    NoPathToAnchor,

    /// <summary>A path of more certificates than the policy allows.</summary>
    PathTooLong,

    /// <summary>A certificate of the path is not yet or no longer valid.</summary>
    OutsideValidity,

    /// <summary>A signature of the path is wrong.</summary>
    WrongSignature,

    /// <summary>An issuer that is no authority, or may not have one below it.</summary>
    NotAnAuthority,

    /// <summary>A name outside what an authority of the path may name.</summary>
    NameNotPermitted,

    /// <summary>Something critical the platform does not understand, or another fault it found.</summary>
    NotUnderstood,

    /// <summary>The key may not sign, or not for IKE (RFC 4945 §5.1.3.2 and §5.1.3.12).</summary>
    NotForSigning,

    /// <summary>The certificate is for other purposes only.</summary>
    OtherPurpose,

    /// <summary>A key or a hash of the path is weaker than the policy allows.</summary>
    TooWeak,

    /// <summary>The certificate does not hold the identity the peer shows.</summary>
    OtherIdentity,

    /// <summary>A certificate of the path was revoked.</summary>
    Revoked,

    /// <summary>Nothing fresh says whether a certificate of the path was revoked, and the policy insists.</summary>
    RevocationUnknown,
}
