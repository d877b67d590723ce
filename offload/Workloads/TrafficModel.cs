using IpsecDp.Workloads.Bulk;
using IpsecDp.Workloads.EnterpriseExtender;
using IpsecDp.Workloads.Interactive;
using IpsecDp.Workloads.Mix;

namespace IpsecDp.Workloads;

/// <summary>What two hosts are to exchange; both hosts are built from the same model.</summary>
public sealed record TrafficModel
{
    /// <summary>Fewest octets a path must carry (RFC 791's 576).</summary>
    public const int SmallestPathMtu = 576;

    /// <summary>Most flows of a model.</summary>
    public const int MostFlows = 8192;

    /// <summary>What every size, pause and payload octet derives from.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Addresses to use, of either version; flows take the pairs in turn, each pair is one EE link.</summary>
    public required IReadOnlyList<AddressPair> Pairs { get; init; }

    /// <summary>Ticks per second of the times handed in.</summary>
    public required long TicksPerSecond { get; init; }

    /// <summary>Octets of the largest IP packet; nothing larger is sent but superframes.</summary>
    public int PathMtu { get; init; } = 1400;

    /// <summary>Which kinds of traffic, in which proportion.</summary>
    public TrafficMix Mix { get; init; } = TrafficMix.Mixed;

    /// <summary>TCP bulk.</summary>
    public BulkModel Bulk { get; init; } = new();

    /// <summary>TCP interactive.</summary>
    public InteractiveModel Interactive { get; init; } = new();

    /// <summary>Enterprise Extender.</summary>
    public EnterpriseExtenderModel EnterpriseExtender { get; init; } = new();

    /// <summary>How long a flow waits for an acknowledgment or answer before it goes on without.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long an acknowledgment for an odd segment is held back.</summary>
    public TimeSpan DelayedAcknowledgment { get; init; } = TimeSpan.FromMilliseconds(2);

    internal long Ticks(TimeSpan time) => (long)(time.TotalSeconds * TicksPerSecond);
}
