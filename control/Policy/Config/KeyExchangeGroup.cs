using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Config;

/// <summary>The KeyExchangeGroup statement: rules under one name.</summary>
internal sealed record KeyExchangeGroup(string Name, SourcePosition Position, IReadOnlyList<Use<KeyExchangeRule>> Members) : INamedStatement;
