namespace IpsecDp.Ike.Messages.Failures;

/// <summary>Why a message, a payload or an offer was refused; the names are stable, the numbers index counters.</summary>
public enum IkeFault : byte
{
    /// <summary>It was not refused.</summary>
    None,

    // The header.
    DatagramTooShort,
    LengthMismatch,
    UnsupportedVersion,
    NoInitiatorSpi,
    OtherVersion,

    // The chain of payloads.
    PayloadTruncated,
    PayloadTooShort,
    PayloadPastEnd,
    OctetsBehindChain,
    TooManyPayloads,
    UnknownCriticalPayload,
    DuplicatePayload,
    MissingPayload,
    IncompleteSelectorPair,

    // One payload.
    BodyTooShort,
    BodyTooLong,
    NoProposal,
    TooManyProposals,
    ProposalLength,
    ProposalChain,
    ProposalNumber,
    NoTransform,
    TooManyTransforms,
    TransformLength,
    TransformCount,
    AttributeLength,
    TooManyAttributes,
    KeyExchangeLength,
    IdentificationLength,
    IdentificationText,
    IdentificationName,
    CertificateLength,
    AuthorityLength,
    AuthenticationLength,
    DigitalSignature,
    NonceLength,
    NotifySpi,
    NotifyData,
    DeleteProtocol,
    DeleteCount,
    TooManySpis,
    VendorIdLength,
    NoSelector,
    TooManySelectors,
    SelectorLength,
    SelectorCount,
    SelectorRange,
    ConfigurationType,
    ConfigurationValue,
    EapRefused,

    // Encryption.
    NotEncrypted,
    EncryptedInInit,
    NestedEncryption,
    EncryptedTooShort,
    IntegrityFailed,
    BadPadding,
    RoomTooSmall,

    // Fragments.
    FragmentNumbers,
    TooManyFragments,
    FragmentTotalShrank,
    FragmentOfOther,
    FragmentEmpty,
    ReassemblyTooLarge,

    // Negotiation.
    NoProposalChosen,
    ProposalNotOffered,
    KeyExchangeMismatch,
    SelectorsUnacceptable,
    SelectorsWidened,
    SinglePairRequired,

    // The state of SAs.
    UnknownSa,
    UnknownPeer,
    OtherRole,
    MessageIdOutside,
    UnexpectedMessage,
    TooManyHalfOpen,
    TooManyNewcomers,
    CookieInvalid,
    AuthenticationFailed,
    RateLimited,
    CrashTokenWrong,
    ErrorHere,
    SpiNoticeUnfounded,
    TooManyOfPeer,
    TooManyOfAddress,
    NumbersUsedUp,
}
