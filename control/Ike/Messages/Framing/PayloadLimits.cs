namespace IpsecDp.Ike.Messages.Framing;

/// <summary>How much of a message is read; what exceeds a limit is refused by the fault named beside it.</summary>
public static class PayloadLimits
{
    /// <summary>Octets of the largest message: what fits a UDP datagram over IPv4 (<c>LengthMismatch</c>, <c>ReassemblyTooLarge</c>).</summary>
    public const int Message = 65_507;

    /// <summary>Payloads of a chain (<c>TooManyPayloads</c>): vendor ids, certificates and notifications together stay far below.</summary>
    public const int Payloads = 96;

    /// <summary>Proposals of an SA payload (<c>TooManyProposals</c>).</summary>
    public const int Proposals = 64;

    /// <summary>Transforms of an SA payload over all its proposals (<c>TooManyTransforms</c>).</summary>
    public const int Transforms = 1024;

    /// <summary>Attributes of a transform (<c>TooManyAttributes</c>): one is defined.</summary>
    public const int TransformAttributes = 8;

    /// <summary>Octets of key exchange data (<c>KeyExchangeLength</c>): MODP 8192 takes 1024, ML-KEM-1024 1568.</summary>
    public const int KeyExchange = 8192;

    /// <summary>Octets of an identification (<c>IdentificationLength</c>).</summary>
    public const int Identification = 2048;

    /// <summary>Octets of a certificate (<c>CertificateLength</c>).</summary>
    public const int Certificate = 32_768;

    /// <summary>Octets of authentication data (<c>AuthenticationLength</c>): RSA 16384 takes 2048, ML-DSA-87 4627.</summary>
    public const int Authentication = 16_384;

    /// <summary>Octets of the shortest nonce (RFC 7296 §3.9, <c>NonceLength</c>).</summary>
    public const int ShortestNonce = 16;

    /// <summary>Octets of the longest nonce (RFC 7296 §3.9, <c>NonceLength</c>).</summary>
    public const int LongestNonce = 256;

    /// <summary>Octets of a vendor id (<c>VendorIdLength</c>).</summary>
    public const int VendorId = 1024;

    /// <summary>Octets of a notification's data (<c>NotifyData</c>).</summary>
    public const int NotifyData = 8192;

    /// <summary>SPIs of a delete (<c>TooManySpis</c>).</summary>
    public const int Spis = 1024;

    /// <summary>Selectors of one payload (<c>TooManySelectors</c>).</summary>
    public const int Selectors = 128;

    /// <summary>Attributes of a configuration (<c>TooManyAttributes</c>).</summary>
    public const int ConfigurationAttributes = 128;

    /// <summary>Pieces of a message (<c>TooManyFragments</c>): the largest message over the least path of IPv4 stays below.</summary>
    public const int Fragments = 160;
}
