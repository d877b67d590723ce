using IpsecDp.Engines;
using IpsecDp.Ports;

namespace IpsecDp.Ipsec.Accounting;

/// <summary>A data plane's counters at one moment, for reports and records.</summary>
public sealed record DataPlaneSnapshot(
    IReadOnlyList<SaSnapshot> Associations,
    IReadOnlyDictionary<DropReason, long> Drops,
    IReadOnlyDictionary<string, long> RuleHits,
    long BypassedOut,
    long BypassedIn,
    IReadOnlyList<(string Port, PortStats Stats)> Ports,
    EnginePoolSnapshot Pool);
