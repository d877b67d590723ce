using IpsecDp.Wire.Ip;

namespace IpsecDp.Ipsec;

/// <summary>An inbound packet of ESP or AH that names an SPI no SA has (RFC 4301 §4.4.1.1).</summary>
/// <param name="Spi">The SPI.</param>
/// <param name="Source">Who claims to have sent it.</param>
/// <param name="SourcePort">The UDP port it came from; 0 without UDP around it.</param>
/// <param name="Destination">Where it came to.</param>
/// <param name="DestinationPort">The UDP port it came to; 0 without UDP around it.</param>
public readonly record struct StrayPacket(uint Spi, IpAddress Source, ushort SourcePort, IpAddress Destination, ushort DestinationPort);
