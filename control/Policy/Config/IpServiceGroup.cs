using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Config;

/// <summary>The IpServiceGroup statement: services that one rule covers.</summary>
internal sealed record IpServiceGroup(string Name, SourcePosition Position, IReadOnlyList<Use<IpService>> Members) : INamedStatement;
