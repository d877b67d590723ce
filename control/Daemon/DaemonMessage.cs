namespace IpsecDp.Daemon;

/// <summary>The messages of the log; a number once given keeps its meaning, because operators' automation knows them by it.</summary>
public enum DaemonMessage
{
    /// <summary>Who serves which suite.</summary>
    CryptoEngines = 1,

    /// <summary>A port and what the kernel does for it.</summary>
    PortOpened = 2,

    /// <summary>A tunnel and its SAs.</summary>
    TunnelInstalled = 3,

    /// <summary>The policy in force.</summary>
    PolicyPublished = 4,

    /// <summary>A route into the TUN interface.</summary>
    RouteAdded = 5,

    /// <summary>The engines.</summary>
    EnginesStarted = 6,

    /// <summary>The end of a run.</summary>
    Stopping = 7,

    /// <summary>A packet that a logged rule let go on (z/OS EZD0814I).</summary>
    FilterPermitted = 8,

    /// <summary>A packet that a logged rule stopped, or that fitted none (z/OS EZD0815I).</summary>
    FilterDenied = 9,

    /// <summary>How many more packets met a logged rule than were shown.</summary>
    FilterHitsSuppressed = 10,

    /// <summary>A policy that took another's place.</summary>
    PolicyReloaded = 11,

    /// <summary>What a capture takes out of the host's path.</summary>
    CaptureInForce = 12,

    /// <summary>IKE, its sockets and connections.</summary>
    IkeStarted = 13,

    /// <summary>An IKE SA that stands.</summary>
    IkeSaEstablished = 14,

    /// <summary>An IKE SA that replaced another.</summary>
    IkeSaRekeyed = 15,

    /// <summary>An IKE SA that ended.</summary>
    IkeSaClosed = 16,

    /// <summary>A tunnel's pair of SAs, agreed and installed.</summary>
    ChildInstalled = 17,

    /// <summary>A pair of SAs that is gone.</summary>
    ChildRemoved = 18,

    /// <summary>A peer at another address or port.</summary>
    PathMoved = 19,

    /// <summary>What IKE says beside its events.</summary>
    IkeNote = 20,

    /// <summary>An engine varied off or on.</summary>
    EngineVaried = 70,

    /// <summary>Interval records, and where they go.</summary>
    RecordsStarted = 71,

    /// <summary>Metrics, and where they go.</summary>
    MetricsStarted = 72,

    /// <summary>A packet wants a tunnel without an SA.</summary>
    Acquire = 101,

    /// <summary>A soft limit of an SA.</summary>
    SoftExpire = 102,

    /// <summary>A hard limit of an SA.</summary>
    HardExpire = 103,

    /// <summary>A packet with an SPI nobody has.</summary>
    UnknownSpi = 104,

    /// <summary>A policy's warning.</summary>
    PolicyWarning = 105,

    /// <summary>A capture that could not go on.</summary>
    CaptureFailed = 106,

    /// <summary>Messages the log had no room for.</summary>
    MessagesLost = 107,

    /// <summary>A policy that was not taken; the one before stays.</summary>
    ReloadRefused = 108,

    /// <summary>What somebody else changed about the capture.</summary>
    CaptureDisturbed = 109,

    /// <summary>That packets would pass in clear without the data plane.</summary>
    FailsOpen = 110,

    /// <summary>An IKE request that was sent again.</summary>
    IkeRetransmitted = 111,

    /// <summary>An IKE request nobody answered.</summary>
    IkeGivenUp = 112,

    /// <summary>A negotiation that failed.</summary>
    NegotiationFailed = 113,

    /// <summary>Datagrams to IKE that were refused.</summary>
    IkeRefused = 114,

    /// <summary>SAs that were agreed but cannot be installed.</summary>
    ChildRefused = 115,

    /// <summary>An interval record that was lost.</summary>
    RecordsFailed = 170,

    /// <summary>A file of records whose end a write broke off.</summary>
    RecordsMended = 171,

    /// <summary>That no engine can be varied any further.</summary>
    NothingToVary = 172,
}
