namespace IpsecDp.Ike.Messages.Payloads;

/// <summary>What follows from a payload's type alone.</summary>
public static class PayloadTypes
{
    /// <summary>Whether it is SK or SKF.</summary>
    public static bool IsEncrypted(PayloadType type) => type is PayloadType.Encrypted or PayloadType.EncryptedFragment;

    /// <summary>Whether it is none of IKEv2's that are known here.</summary>
    public static bool IsUnknown(PayloadType type) => type is not ((>= PayloadType.SecurityAssociation and <= PayloadType.Eap) or PayloadType.EncryptedFragment);

    /// <summary>Whether a message has at most one of it (the exchanges of RFC 7296 §1 and appendix C name each once).</summary>
    public static bool IsSingle(PayloadType type) => type is
        PayloadType.SecurityAssociation or PayloadType.KeyExchange or PayloadType.InitiatorId or PayloadType.ResponderId
        or PayloadType.Authentication or PayloadType.Nonce or PayloadType.InitiatorSelectors or PayloadType.ResponderSelectors;

    /// <summary>The notation of RFC 7296 §1.2, or the number of a type it does not have.</summary>
    public static string Name(PayloadType type) => type switch
    {
        PayloadType.None => "none",
        PayloadType.SecurityAssociation => "SA",
        PayloadType.KeyExchange => "KE",
        PayloadType.InitiatorId => "IDi",
        PayloadType.ResponderId => "IDr",
        PayloadType.Certificate => "CERT",
        PayloadType.CertificateRequest => "CERTREQ",
        PayloadType.Authentication => "AUTH",
        PayloadType.Nonce => "No",
        PayloadType.Notify => "N",
        PayloadType.Delete => "D",
        PayloadType.VendorId => "V",
        PayloadType.InitiatorSelectors => "TSi",
        PayloadType.ResponderSelectors => "TSr",
        PayloadType.Encrypted => "SK",
        PayloadType.Configuration => "CP",
        PayloadType.Eap => "EAP",
        PayloadType.EncryptedFragment => "SKF",
        _ => $"payload {(byte)type}",
    };
}
