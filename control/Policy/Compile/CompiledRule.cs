using IpsecDp.Ipsec.Spd;
using IpsecDp.Policy.Config;

namespace IpsecDp.Policy.Compile;

/// <summary>A rule of the SPD beside the statement and the tunnel it came from.</summary>
internal sealed record CompiledRule(SpdRule Rule, IpFilterRule Source, IpManVpnAction? Tunnel, DynamicTunnel? Dynamic = null);
