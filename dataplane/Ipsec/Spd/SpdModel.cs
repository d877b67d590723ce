namespace IpsecDp.Ipsec.Spd;

/// <summary>The security policy database (RFC 4301 §4.4.1): rules in order, the first that fits decides, and what fits none is discarded.</summary>
public sealed record SpdModel(IReadOnlyList<SpdRule> Rules)
{
    /// <summary>The name under which what fits no rule is reported.</summary>
    public const string ImplicitDiscardName = "ImplicitDiscard";

    /// <summary>No rule: everything is discarded.</summary>
    public static SpdModel DenyAll { get; } = new([]);

    /// <summary>Whether packets that fit no rule are reported to the operator's log (z/OS LOGIMPLICIT).</summary>
    public bool LogsImplicitDiscard { get; init; }
}
