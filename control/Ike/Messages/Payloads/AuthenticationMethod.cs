namespace IpsecDp.Ike.Messages.Payloads;

/// <summary>IANA "IKEv2 Authentication Method"; any other number is a value too.</summary>
public enum AuthenticationMethod : byte
{
    /// <summary>RSA, PKCS #1 v1.5; RFC 7296 §2.15.</summary>
    RsaSignature = 1,

    /// <summary>A pre-shared key, or EAP's; RFC 7296 §2.15.</summary>
    SharedKey = 2,

    /// <summary>DSS; RFC 7296 §3.8.</summary>
    DssSignature = 3,

    /// <summary>RFC 4754.</summary>
    Ecdsa256 = 9,

    /// <summary>RFC 4754.</summary>
    Ecdsa384 = 10,

    /// <summary>RFC 4754.</summary>
    Ecdsa521 = 11,

    /// <summary>RFC 6467.</summary>
    SecurePassword = 12,

    /// <summary>RFC 7619.</summary>
    Null = 13,

    /// <summary>RFC 7427.</summary>
    DigitalSignature = 14,
}
