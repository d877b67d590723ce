using IpsecDp.Policy.Text;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Policy.Config;

/// <summary>A security endpoint: an address in place or the name of an IpAddr.</summary>
internal sealed record EndpointChoice(SourcePosition Position, IpAddress? Address, string? Name);
