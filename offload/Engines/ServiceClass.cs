namespace IpsecDp.Engines;

/// <summary>What a job is for, in the order of its importance: work of a class never waits in an engine's queue behind work of a later one.</summary>
public enum ServiceClass : byte
{
    /// <summary>Enterprise Extender link signalling and network priority: UDP 12000 and 12001, or TOS precedence 6.</summary>
    EeNetwork,

    /// <summary>Key exchange that travels inside a tunnel: UDP 500 and 4500.</summary>
    Ike,

    /// <summary>Enterprise Extender high priority: UDP 12002, or TOS precedence 4.</summary>
    EeHigh,

    /// <summary>Enterprise Extender medium priority: UDP 12003, or TOS precedence 2.</summary>
    EeMedium,

    /// <summary>Enterprise Extender low priority: UDP 12004, or TOS precedence 1.</summary>
    EeLow,

    /// <summary>Any other UDP.</summary>
    Udp,

    /// <summary>TCP, which brings the bulk.</summary>
    Tcp,

    /// <summary>Work nobody classified: it runs when nothing else waits, as what lands in SYSOTHER has a discretionary goal.</summary>
    Unclassified,
}
