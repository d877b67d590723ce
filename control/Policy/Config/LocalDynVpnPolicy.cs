using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Config;

/// <summary>The LocalDynVpnPolicy statement: tunnels that are started from here.</summary>
internal sealed record LocalDynVpnPolicy(SourcePosition Position, IReadOnlyList<Use<LocalDynVpnRule>> Rules);
