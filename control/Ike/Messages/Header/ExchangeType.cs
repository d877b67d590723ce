namespace IpsecDp.Ike.Messages.Header;

/// <summary>What a message is part of; IANA "IKEv2 Exchange Types" and, below 34, RFC 2408 §3.1. Any other number is a value too.</summary>
public enum ExchangeType : byte
{
    /// <summary>IKEv1, RFC 2408.</summary>
    Base = 1,

    /// <summary>IKEv1, RFC 2408; main mode of RFC 2409.</summary>
    IdentityProtection = 2,

    /// <summary>IKEv1, RFC 2408.</summary>
    AuthenticationOnly = 3,

    /// <summary>IKEv1, RFC 2408.</summary>
    Aggressive = 4,

    /// <summary>IKEv1, RFC 2408.</summary>
    InformationalV1 = 5,

    /// <summary>IKEv1, RFC 2409.</summary>
    QuickMode = 32,

    /// <summary>IKEv1, RFC 2409.</summary>
    NewGroup = 33,

    /// <summary>RFC 7296 §1.2.</summary>
    IkeSaInit = 34,

    /// <summary>RFC 7296 §1.2.</summary>
    IkeAuth = 35,

    /// <summary>RFC 7296 §1.3.</summary>
    CreateChildSa = 36,

    /// <summary>RFC 7296 §1.4.</summary>
    Informational = 37,

    /// <summary>RFC 5723.</summary>
    IkeSessionResume = 38,

    /// <summary>RFC 9242.</summary>
    IkeIntermediate = 43,

    /// <summary>RFC 9370 §2.2.4.</summary>
    IkeFollowupKe = 44,
}
