namespace IpsecDp.Ipsec.Sad;

/// <summary>The SAs of one tunnel in both directions, innermost layer first: one ESP or AH SA, or ESP inside AH (RFC 4301 §4.3).</summary>
public sealed record TunnelModel(string Name, IReadOnlyList<SaModel> Outbound, IReadOnlyList<SaModel> Inbound);
