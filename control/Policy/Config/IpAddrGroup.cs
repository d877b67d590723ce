using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Config;

/// <summary>The IpAddrGroup statement: addresses, sets and other groups.</summary>
internal sealed record IpAddrGroup(string Name, SourcePosition Position, IReadOnlyList<AddressChoice> Members) : INamedStatement;
