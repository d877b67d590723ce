using IpsecDp.Engines.Accounting;
using IpsecDp.Host.Lab.Namespaces;
using IpsecDp.Ipsec.Accounting;
using IpsecDp.Ports.Wrappers;
using IpsecDp.Workloads.Accounting;

namespace IpsecDp.Host.Lab;

/// <summary>What a lab run showed.</summary>
internal sealed record LabResult
{
    /// <summary>What was asked for.</summary>
    public required LabOptions Options { get; init; }

    /// <summary>How long traffic was offered.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>CPU time by account while traffic was offered.</summary>
    public required CpuSnapshot Cpu { get; init; }

    /// <summary>Packets between the warm-up and the end, over which memory was watched.</summary>
    public required long SteadyPackets { get; init; }

    /// <summary>Octets all threads allocated over those packets.</summary>
    public required long AllocatedBytes { get; init; }

    /// <summary>Generation-0 collections over those packets.</summary>
    public required int Collections { get; init; }

    /// <summary>Threads of each host that read ports; one a direction in memory.</summary>
    public int GeneralThreads { get; init; } = 2;

    /// <summary>Deliveries per class, both hosts.</summary>
    public TrafficReport Traffic { get; init; } = new([], default, 0, 0);

    /// <summary>The counters of both data planes.</summary>
    public IReadOnlyList<DataPlaneSnapshot> Planes { get; init; } = [];

    /// <summary>The faults of both directions.</summary>
    public IReadOnlyList<FaultCounts> Faults { get; init; } = [];

    /// <summary>Buffers that did not come back.</summary>
    public int OutstandingBuffers { get; init; }

    /// <summary>What became of the capture, or null without one.</summary>
    public string? Capture { get; init; }

    /// <summary>What the hosts agreed on by IKEv2, or null for keys that were given.</summary>
    public string? Agreed { get; init; }

    /// <summary>What passed the link, or null for a link in memory.</summary>
    public WireSummary? Wire { get; init; }

    /// <summary>Whether the run was ended by the operator.</summary>
    public bool IsInterrupted { get; init; }

    /// <summary>Packets that a fault took away: dropped, or changed so that they had to be refused.</summary>
    public long TakenByFaults => Faults.Sum(fault => fault.Dropped + fault.Corrupted + fault.Truncated + fault.Abandoned);

    /// <summary>Packets lost that neither a fault nor a policy asked for.</summary>
    public long Lost => Math.Max(0, Traffic.Lost - TakenByFaults);

    /// <summary>Whether the line did what it must: nothing lost, nothing changed, every buffer back, and no order broken but by a fault.</summary>
    public bool IsSound => Lost == 0
        && Traffic.Unknown + Traffic.Unattributed + Traffic.Classes.Sum(c => c.Corrupted) == 0
        && OutstandingBuffers == 0
        && Wire is null or { IsClean: true }
        && (Options.Faults.Total > 0 || Traffic.Classes.Sum(c => c.Reordered + c.Duplicated) == 0);
}
