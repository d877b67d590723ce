namespace IpsecDp.Host.Lab.Namespaces;

/// <summary>What passed the link between the hosts, as a capture on it saw.</summary>
internal sealed record WireSummary
{
    /// <summary>ESP packets between the endpoints.</summary>
    public required long EspPackets { get; init; }

    /// <summary>Their octets with IP headers.</summary>
    public required long EspOctets { get; init; }

    /// <summary>ARP, neighbour discovery and multicast listener reports of the link itself.</summary>
    public required long Housekeeping { get; init; }

    /// <summary>IKE messages, but for those that share port 4500 with ESP.</summary>
    public required long KeyExchange { get; init; }

    /// <summary>Frames that are none of these: each of them left in clear or went where it should not.</summary>
    public required long Strangers { get; init; }

    /// <summary>The first of them, described.</summary>
    public required IReadOnlyList<string> StrangerLines { get; init; }

    /// <summary>Packets in which the applications' text could be read.</summary>
    public required long Readable { get; init; }

    /// <summary>Whether readable text is a fault: it is none in suites that do not encrypt.</summary>
    public required bool IsSecret { get; init; }

    /// <summary>Frames the capture could not keep or read, whose content was not examined; that they were ESP is sure all the same.</summary>
    public required long Missed { get; init; }

    /// <summary>ESP packets by the DSCP of their outer header.</summary>
    public required IReadOnlyDictionary<int, long> ByDscp { get; init; }

    /// <summary>What the hosts' kernels let go beside the data planes.</summary>
    public KernelDrops KernelDrops { get; init; }

    /// <summary>Whether nothing but ESP and its keys' exchange passed and nothing in it could be read.</summary>
    public bool IsClean => Strangers == 0 && EspPackets > 0 && (Readable == 0 || !IsSecret);
}
