using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Config;

/// <summary>The LocalDynVpnGroup statement: rules under one name.</summary>
internal sealed record LocalDynVpnGroup(string Name, SourcePosition Position, IReadOnlyList<Use<LocalDynVpnRule>> Members) : INamedStatement;
