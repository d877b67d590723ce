namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>What a capture's own rules are called, by which it and an operator know them.</summary>
internal static class RuleNames
{
    /// <summary>The start of each chain's name.</summary>
    public const string Prefix = "IPSECDP-";

    /// <summary>The chain of what arrives, in front of connection tracking.</summary>
    public const string Arriving = Prefix + "IN";

    /// <summary>The chain that keeps sealed packets out of connection tracking.</summary>
    public const string Sealed = Prefix + "SEALED";

    /// <summary>The chain of what leaves, behind the host's own filters.</summary>
    public const string Leaving = Prefix + "OUT";

    /// <summary>What stands beside each jump into a chain.</summary>
    public const string Comment = "ipsecdp divert; remove with ipsecdp divert clean";

    /// <summary>The tables with their built-in chains and ours.</summary>
    public static IReadOnlyList<(string Table, string BuiltIn, string Own)> Jumps { get; } =
    [
        ("mangle", "POSTROUTING", Leaving),
        ("raw", "PREROUTING", Arriving),
        ("raw", "OUTPUT", Sealed),
    ];
}
