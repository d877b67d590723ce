using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Config;

/// <summary>The IpFilterPolicy statement: the rules in the order they are tried, and what holds for all of them.</summary>
internal sealed record IpFilterPolicy(SourcePosition Position)
{
    /// <summary>PreDecap: whether packets are filtered before decapsulation too; null for off.</summary>
    public Placed<bool>? PreDecap { get; init; }

    /// <summary>FilterLogging: whether any rule may log; on by default.</summary>
    public bool FilterLogging { get; init; } = true;

    /// <summary>LogImplicit: whether what fits no rule is logged.</summary>
    public bool LogImplicit { get; init; }

    /// <summary>AllowOnDemand: whether traffic may start a negotiation; null for yes.</summary>
    public Placed<bool>? AllowOnDemand { get; init; }

    /// <summary>ImplicitDiscardAction ICMP: whether the sender hears that no rule fitted.</summary>
    public bool ImplicitDiscardWithIcmp { get; init; }

    /// <summary>RFC4301Compliance; null for yes.</summary>
    public Placed<bool>? Rfc4301Compliance { get; init; }

    /// <summary>FIPS140: whether only approved algorithms are taken.</summary>
    public bool Fips140 { get; init; }

    /// <summary>Rules and groups in the order they are tried.</summary>
    public IReadOnlyList<Use<IpFilterRule>> Rules { get; init; } = [];
}
