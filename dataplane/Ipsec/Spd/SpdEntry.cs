using IpsecDp.Ipsec.Sad;

namespace IpsecDp.Ipsec.Spd;

/// <summary>A rule with the tunnel it points at and its hit counter.</summary>
public sealed class SpdEntry(SpdRule rule, Tunnel? tunnel)
{
    private long _hits;

    /// <summary>What the operator wrote.</summary>
    public SpdRule Rule => rule;

    /// <summary>What it does.</summary>
    public PolicyAction Action { get; } = rule.Action;

    /// <summary>The tunnel of a Protect rule.</summary>
    public Tunnel? Tunnel => tunnel;

    /// <summary>Flows, not packets, that reached the rule: the flow cache answers for the rest.</summary>
    public long Hits => Volatile.Read(ref _hits);

    /// <summary>Whether any hit is reported.</summary>
    public bool IsLogged => Log is not null;

    internal HitLimiter? Log { get; } = rule.IsLogged ? new HitLimiter() : null;

    internal void CountHit() => Interlocked.Increment(ref _hits);
}
