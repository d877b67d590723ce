namespace IpsecDp.Ike.Messages.Proposals;

/// <summary>IANA "Transform Type Values"; any other number is a value too, and spoils its proposal.</summary>
public enum TransformType : byte
{
    /// <summary>ENCR, RFC 7296 §3.3.2.</summary>
    Encryption = 1,

    /// <summary>PRF, RFC 7296 §3.3.2.</summary>
    Prf = 2,

    /// <summary>INTEG, RFC 7296 §3.3.2.</summary>
    Integrity = 3,

    /// <summary>KE, RFC 7296 §3.3.2 (D-H), renamed by RFC 9370.</summary>
    KeyExchange = 4,

    /// <summary>ESN, RFC 7296 §3.3.2.</summary>
    SequenceNumbers = 5,

    /// <summary>ADDKE1, RFC 9370 §2.1.</summary>
    AdditionalKeyExchange1 = 6,

    /// <summary>ADDKE2, RFC 9370 §2.1.</summary>
    AdditionalKeyExchange2 = 7,

    /// <summary>ADDKE3, RFC 9370 §2.1.</summary>
    AdditionalKeyExchange3 = 8,

    /// <summary>ADDKE4, RFC 9370 §2.1.</summary>
    AdditionalKeyExchange4 = 9,

    /// <summary>ADDKE5, RFC 9370 §2.1.</summary>
    AdditionalKeyExchange5 = 10,

    /// <summary>ADDKE6, RFC 9370 §2.1.</summary>
    AdditionalKeyExchange6 = 11,

    /// <summary>ADDKE7, RFC 9370 §2.1.</summary>
    AdditionalKeyExchange7 = 12,
}
