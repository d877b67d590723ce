namespace IpsecDp.Ike.Messages.Notifies;

/// <summary>IANA "IKEv2 Notify Message Types": errors below 16384, states from there; any other number is a value too.</summary>
public enum NotifyType : ushort
{
    /// <summary>Reserved.</summary>
    None = 0,

    /// <summary>UNSUPPORTED_CRITICAL_PAYLOAD, RFC 7296 §3.10.1.</summary>
    UnsupportedCriticalPayload = 1,

    /// <summary>INVALID_IKE_SPI, RFC 7296 §3.10.1.</summary>
    InvalidIkeSpi = 4,

    /// <summary>INVALID_MAJOR_VERSION, RFC 7296 §3.10.1.</summary>
    InvalidMajorVersion = 5,

    /// <summary>INVALID_SYNTAX, RFC 7296 §3.10.1.</summary>
    InvalidSyntax = 7,

    /// <summary>INVALID_MESSAGE_ID, RFC 7296 §3.10.1.</summary>
    InvalidMessageId = 9,

    /// <summary>INVALID_SPI, RFC 7296 §3.10.1.</summary>
    InvalidSpi = 11,

    /// <summary>NO_PROPOSAL_CHOSEN, RFC 7296 §3.10.1.</summary>
    NoProposalChosen = 14,

    /// <summary>INVALID_KE_PAYLOAD, RFC 7296 §3.10.1.</summary>
    InvalidKePayload = 17,

    /// <summary>AUTHENTICATION_FAILED, RFC 7296 §3.10.1.</summary>
    AuthenticationFailed = 24,

    /// <summary>SINGLE_PAIR_REQUIRED, RFC 7296 §3.10.1.</summary>
    SinglePairRequired = 34,

    /// <summary>NO_ADDITIONAL_SAS, RFC 7296 §3.10.1.</summary>
    NoAdditionalSas = 35,

    /// <summary>INTERNAL_ADDRESS_FAILURE, RFC 7296 §3.10.1.</summary>
    InternalAddressFailure = 36,

    /// <summary>FAILED_CP_REQUIRED, RFC 7296 §3.10.1.</summary>
    FailedCpRequired = 37,

    /// <summary>TS_UNACCEPTABLE, RFC 7296 §3.10.1.</summary>
    TsUnacceptable = 38,

    /// <summary>INVALID_SELECTORS, RFC 7296 §3.10.1.</summary>
    InvalidSelectors = 39,

    /// <summary>UNACCEPTABLE_ADDRESSES, RFC 4555.</summary>
    UnacceptableAddresses = 40,

    /// <summary>UNEXPECTED_NAT_DETECTED, RFC 4555.</summary>
    UnexpectedNatDetected = 41,

    /// <summary>TEMPORARY_FAILURE, RFC 7296 §3.10.1.</summary>
    TemporaryFailure = 43,

    /// <summary>CHILD_SA_NOT_FOUND, RFC 7296 §3.10.1.</summary>
    ChildSaNotFound = 44,

    /// <summary>AUTHORIZATION_FAILED, draft-ietf-ipsecme-g-ikev2.</summary>
    AuthorizationFailed = 46,

    /// <summary>STATE_NOT_FOUND, RFC 9370.</summary>
    StateNotFound = 47,

    /// <summary>INITIAL_CONTACT, RFC 7296 §3.10.1.</summary>
    InitialContact = 16384,

    /// <summary>SET_WINDOW_SIZE, RFC 7296 §3.10.1.</summary>
    SetWindowSize = 16385,

    /// <summary>ADDITIONAL_TS_POSSIBLE, RFC 7296 §3.10.1.</summary>
    AdditionalTsPossible = 16386,

    /// <summary>IPCOMP_SUPPORTED, RFC 7296 §3.10.1.</summary>
    IpcompSupported = 16387,

    /// <summary>NAT_DETECTION_SOURCE_IP, RFC 7296 §3.10.1.</summary>
    NatDetectionSourceIp = 16388,

    /// <summary>NAT_DETECTION_DESTINATION_IP, RFC 7296 §3.10.1.</summary>
    NatDetectionDestinationIp = 16389,

    /// <summary>COOKIE, RFC 7296 §2.6.</summary>
    Cookie = 16390,

    /// <summary>USE_TRANSPORT_MODE, RFC 7296 §1.3.1.</summary>
    UseTransportMode = 16391,

    /// <summary>HTTP_CERT_LOOKUP_SUPPORTED, RFC 7296 §3.10.1.</summary>
    HttpCertLookupSupported = 16392,

    /// <summary>REKEY_SA, RFC 7296 §1.3.3.</summary>
    RekeySa = 16393,

    /// <summary>ESP_TFC_PADDING_NOT_SUPPORTED, RFC 7296 §1.3.1.</summary>
    EspTfcPaddingNotSupported = 16394,

    /// <summary>NON_FIRST_FRAGMENTS_ALSO, RFC 7296 §1.3.1.</summary>
    NonFirstFragmentsAlso = 16395,

    /// <summary>MOBIKE_SUPPORTED, RFC 4555.</summary>
    MobikeSupported = 16396,

    /// <summary>ADDITIONAL_IP4_ADDRESS, RFC 4555.</summary>
    AdditionalIp4Address = 16397,

    /// <summary>ADDITIONAL_IP6_ADDRESS, RFC 4555.</summary>
    AdditionalIp6Address = 16398,

    /// <summary>NO_ADDITIONAL_ADDRESSES, RFC 4555.</summary>
    NoAdditionalAddresses = 16399,

    /// <summary>UPDATE_SA_ADDRESSES, RFC 4555.</summary>
    UpdateSaAddresses = 16400,

    /// <summary>COOKIE2, RFC 4555.</summary>
    Cookie2 = 16401,

    /// <summary>NO_NATS_ALLOWED, RFC 4555.</summary>
    NoNatsAllowed = 16402,

    /// <summary>AUTH_LIFETIME, RFC 4478.</summary>
    AuthLifetime = 16403,

    /// <summary>MULTIPLE_AUTH_SUPPORTED, RFC 4739.</summary>
    MultipleAuthSupported = 16404,

    /// <summary>ANOTHER_AUTH_FOLLOWS, RFC 4739.</summary>
    AnotherAuthFollows = 16405,

    /// <summary>REDIRECT_SUPPORTED, RFC 5685.</summary>
    RedirectSupported = 16406,

    /// <summary>REDIRECT, RFC 5685.</summary>
    Redirect = 16407,

    /// <summary>REDIRECTED_FROM, RFC 5685.</summary>
    RedirectedFrom = 16408,

    /// <summary>EAP_ONLY_AUTHENTICATION, RFC 5998.</summary>
    EapOnlyAuthentication = 16417,

    /// <summary>CHILDLESS_IKEV2_SUPPORTED, RFC 6023.</summary>
    ChildlessIkev2Supported = 16418,

    /// <summary>QUICK_CRASH_DETECTION, RFC 6290.</summary>
    QuickCrashDetection = 16419,

    /// <summary>IKEV2_MESSAGE_ID_SYNC_SUPPORTED, RFC 6311.</summary>
    MessageIdSyncSupported = 16420,

    /// <summary>IKEV2_FRAGMENTATION_SUPPORTED, RFC 7383.</summary>
    FragmentationSupported = 16430,

    /// <summary>SIGNATURE_HASH_ALGORITHMS, RFC 7427.</summary>
    SignatureHashAlgorithms = 16431,

    /// <summary>CLONE_IKE_SA_SUPPORTED, RFC 7791.</summary>
    CloneIkeSaSupported = 16432,

    /// <summary>PUZZLE, RFC 8019.</summary>
    Puzzle = 16434,

    /// <summary>USE_PPK, RFC 8784.</summary>
    UsePpk = 16435,

    /// <summary>PPK_IDENTITY, RFC 8784.</summary>
    PpkIdentity = 16436,

    /// <summary>NO_PPK_AUTH, RFC 8784.</summary>
    NoPpkAuth = 16437,

    /// <summary>INTERMEDIATE_EXCHANGE_SUPPORTED, RFC 9242.</summary>
    IntermediateExchangeSupported = 16438,

    /// <summary>IP4_ALLOWED, RFC 8983.</summary>
    Ip4Allowed = 16439,

    /// <summary>IP6_ALLOWED, RFC 8983.</summary>
    Ip6Allowed = 16440,

    /// <summary>ADDITIONAL_KEY_EXCHANGE, RFC 9370.</summary>
    AdditionalKeyExchange = 16441,
}
