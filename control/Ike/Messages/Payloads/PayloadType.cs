namespace IpsecDp.Ike.Messages.Payloads;

/// <summary>IANA "IKEv2 Payload Types"; any other number is a value too, of a payload that is not understood.</summary>
public enum PayloadType : byte
{
    /// <summary>No next payload.</summary>
    None = 0,

    /// <summary>SA, RFC 7296 §3.3.</summary>
    SecurityAssociation = 33,

    /// <summary>KE, RFC 7296 §3.4.</summary>
    KeyExchange = 34,

    /// <summary>IDi, RFC 7296 §3.5.</summary>
    InitiatorId = 35,

    /// <summary>IDr, RFC 7296 §3.5.</summary>
    ResponderId = 36,

    /// <summary>CERT, RFC 7296 §3.6.</summary>
    Certificate = 37,

    /// <summary>CERTREQ, RFC 7296 §3.7.</summary>
    CertificateRequest = 38,

    /// <summary>AUTH, RFC 7296 §3.8.</summary>
    Authentication = 39,

    /// <summary>Ni or Nr, RFC 7296 §3.9.</summary>
    Nonce = 40,

    /// <summary>N, RFC 7296 §3.10.</summary>
    Notify = 41,

    /// <summary>D, RFC 7296 §3.11.</summary>
    Delete = 42,

    /// <summary>V, RFC 7296 §3.12.</summary>
    VendorId = 43,

    /// <summary>TSi, RFC 7296 §3.13.</summary>
    InitiatorSelectors = 44,

    /// <summary>TSr, RFC 7296 §3.13.</summary>
    ResponderSelectors = 45,

    /// <summary>SK, RFC 7296 §3.14.</summary>
    Encrypted = 46,

    /// <summary>CP, RFC 7296 §3.15.</summary>
    Configuration = 47,

    /// <summary>EAP, RFC 7296 §3.16.</summary>
    Eap = 48,

    /// <summary>SKF, RFC 7383 §2.5.</summary>
    EncryptedFragment = 53,
}
