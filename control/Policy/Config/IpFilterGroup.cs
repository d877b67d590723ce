using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Config;

/// <summary>The IpFilterGroup statement: rules and groups in the order they are tried.</summary>
internal sealed record IpFilterGroup(string Name, SourcePosition Position, IReadOnlyList<Use<IpFilterRule>> Members) : INamedStatement;
