namespace IpsecDp.Ike.Keys.Algorithms;

/// <summary>IANA "Transform Type 4 - Key Exchange Method Transform IDs": those we know.</summary>
public enum KeyExchangeId : ushort
{
    /// <summary>NONE: no key exchange, as for a child without forward secrecy.</summary>
    None = 0,

    /// <summary>1024-bit MODP, RFC 2409 §6.2.</summary>
    Modp1024 = 2,

    /// <summary>1536-bit MODP, RFC 3526.</summary>
    Modp1536 = 5,

    /// <summary>2048-bit MODP, RFC 3526.</summary>
    Modp2048 = 14,

    /// <summary>3072-bit MODP, RFC 3526.</summary>
    Modp3072 = 15,

    /// <summary>4096-bit MODP, RFC 3526.</summary>
    Modp4096 = 16,

    /// <summary>6144-bit MODP, RFC 3526.</summary>
    Modp6144 = 17,

    /// <summary>8192-bit MODP, RFC 3526.</summary>
    Modp8192 = 18,

    /// <summary>NIST P-256, RFC 5903.</summary>
    Ecp256 = 19,

    /// <summary>NIST P-384, RFC 5903.</summary>
    Ecp384 = 20,

    /// <summary>NIST P-521, RFC 5903.</summary>
    Ecp521 = 21,

    /// <summary>2048-bit MODP with a subgroup of prime order of 256 bits, RFC 5114.</summary>
    Modp2048Subgroup256 = 24,

    /// <summary>RFC 8031.</summary>
    Curve25519 = 31,

    /// <summary>FIPS 203, draft-ietf-ipsecme-ikev2-mlkem.</summary>
    MlKem512 = 35,

    /// <summary>FIPS 203, draft-ietf-ipsecme-ikev2-mlkem.</summary>
    MlKem768 = 36,

    /// <summary>FIPS 203, draft-ietf-ipsecme-ikev2-mlkem.</summary>
    MlKem1024 = 37,
}
