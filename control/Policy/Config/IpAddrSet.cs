using IpsecDp.Policy.Text;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Policy.Config;

/// <summary>The IpAddrSet statement: one prefix or range under a name.</summary>
internal sealed record IpAddrSet(string Name, SourcePosition Position, AddressRange Range) : INamedStatement;
