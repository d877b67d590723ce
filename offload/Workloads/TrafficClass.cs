namespace IpsecDp.Workloads;

/// <summary>The classes a report tells apart.</summary>
public enum TrafficClass : byte
{
    /// <summary>LDLC on UDP 12000: XID, TEST, DISC, DM.</summary>
    EeSignalling,

    /// <summary>Network priority on UDP 12001: RTP status, ARB, route setup.</summary>
    EeNetwork,

    /// <summary>High priority on UDP 12002: interactive sessions.</summary>
    EeHigh,

    /// <summary>Medium priority on UDP 12003.</summary>
    EeMedium,

    /// <summary>Low priority on UDP 12004: batch.</summary>
    EeLow,

    /// <summary>TCP data in one direction.</summary>
    Bulk,

    /// <summary>TCP segments that only acknowledge.</summary>
    BulkAck,

    /// <summary>TCP requests and responses.</summary>
    Interactive,

    /// <summary>Packets of a capture file.</summary>
    Replay,

    /// <summary>ICMP echo and its reply.</summary>
    Echo,

    /// <summary>UDP datagrams that are no Enterprise Extender traffic.</summary>
    Datagram,
}
