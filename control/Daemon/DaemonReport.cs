using IpsecDp.Daemon.Ike;
using IpsecDp.Engines.Accounting;
using IpsecDp.Ipsec.Accounting;

namespace IpsecDp.Daemon;

/// <summary>What a data plane did from its start to its stop.</summary>
public sealed record DaemonReport
{
    /// <summary>How long it ran.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Its engines.</summary>
    public required int Engines { get; init; }

    /// <summary>The normalisation factor of its reports.</summary>
    public Normalisation Factor { get; init; } = Normalisation.None;

    /// <summary>Its general threads that carry packets.</summary>
    public required int GeneralThreads { get; init; }

    /// <summary>Its counters.</summary>
    public required DataPlaneSnapshot Plane { get; init; }

    /// <summary>Its CPU time.</summary>
    public required CpuSnapshot Cpu { get; init; }

    /// <summary>Its memory once it was warm.</summary>
    public required MemoryUse Memory { get; init; }

    /// <summary>Buffers that did not come back.</summary>
    public required int OutstandingBuffers { get; init; }

    /// <summary>What became of the capture, or null without one.</summary>
    public string? Capture { get; init; }

    /// <summary>What IKE did, by connection; empty without IKE.</summary>
    public IReadOnlyList<TunnelNegotiation> Negotiations { get; init; } = [];
}
