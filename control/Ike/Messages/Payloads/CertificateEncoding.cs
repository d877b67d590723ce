namespace IpsecDp.Ike.Messages.Payloads;

/// <summary>IANA "IKEv2 Certificate Encodings" that occur; any other number is a value too.</summary>
public enum CertificateEncoding : byte
{
    /// <summary>PKCS #7 wrapped certificate; unspecified by RFC 7296.</summary>
    Pkcs7 = 1,

    /// <summary>X.509 Certificate - Signature: one DER certificate.</summary>
    X509Signature = 4,

    /// <summary>Certificate Revocation List.</summary>
    RevocationList = 7,

    /// <summary>Hash and URL of an X.509 certificate.</summary>
    HashAndUrl = 12,

    /// <summary>Hash and URL of an X.509 bundle.</summary>
    HashAndUrlBundle = 13,

    /// <summary>OCSP Content, RFC 4806.</summary>
    Ocsp = 14,

    /// <summary>Raw public key, RFC 7670.</summary>
    RawPublicKey = 15,
}
