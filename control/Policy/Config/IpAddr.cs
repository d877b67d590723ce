using IpsecDp.Policy.Text;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Policy.Config;

/// <summary>The IpAddr statement: one address under a name.</summary>
internal sealed record IpAddr(string Name, SourcePosition Position, IpAddress Address) : INamedStatement;
