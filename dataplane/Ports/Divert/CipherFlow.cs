using IpsecDp.Wire.Ip;

namespace IpsecDp.Ports.Divert;

/// <summary>ESP or AH between two addresses.</summary>
/// <param name="Local">This host's address.</param>
/// <param name="Remote">The peer's address.</param>
/// <param name="UdpPort">This host's UDP port of encapsulation (RFC 3948); null for ESP and AH in IP.</param>
public sealed record CipherFlow(IpAddress Local, IpAddress Remote, ushort? UdpPort);
