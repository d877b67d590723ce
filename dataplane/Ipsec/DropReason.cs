namespace IpsecDp.Ipsec;

/// <summary>Why a packet went no further; each has a counter and, in <see cref="DropReasons"/>, a sentence.</summary>
public enum DropReason : byte
{
    None,
    Malformed,
    NoRule,
    PolicyDiscard,
    AwaitingSa,
    TooBig,
    SequenceExhausted,
    LifetimeExpired,
    HopLimitExceeded,
    NoBuffer,
    FragmentWithoutFirst,
    ReassemblyRefused,
    ReassemblyTimeout,
    UnknownSpi,
    WrongEndpoint,
    Replayed,
    IntegrityFailed,
    BadPadding,
    BadInnerPacket,
    SelectorMismatch,
    ClearButProtected,
    WrongProtection,
    NestedTooDeeply,
    CongestionUnsupported,
    Keepalive,
    Dummy,
    ForgedTooBig,
    EngineFault,
}
