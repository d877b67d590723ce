using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ipsec.Spd;

/// <summary>One ordered rule; it fits a packet when one of its selectors does.</summary>
public sealed record SpdRule
{
    /// <summary>The name an operator gave it.</summary>
    public required string Name { get; init; }

    /// <summary>Alternatives, seen from this host.</summary>
    public required IReadOnlyList<TrafficSelector> Selectors { get; init; }

    /// <summary>What it does.</summary>
    public required PolicyAction Action { get; init; }

    /// <summary>Which way.</summary>
    public RuleDirection Direction { get; init; } = RuleDirection.Both;

    /// <summary>The tunnel a <see cref="PolicyAction.Protect"/> rule uses; null otherwise.</summary>
    public string? Tunnel { get; init; }

    /// <summary>Whether the sender of a discarded packet is told by ICMP "administratively prohibited".</summary>
    public bool DiscardsWithIcmp { get; init; }

    /// <summary>Which hits are reported to the operator's log.</summary>
    public RuleLogging Logging { get; init; }

    /// <summary>Whether any hit is reported.</summary>
    public bool IsLogged => Logging != RuleLogging.None;
}
