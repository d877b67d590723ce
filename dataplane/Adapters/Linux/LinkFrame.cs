using IpsecDp.Ports.Buffers;

namespace IpsecDp.Adapters.Linux;

/// <summary>What a capture knows about a frame beside its octets.</summary>
/// <param name="EtherType">Ethernet's type field, as 0x0800 for IPv4.</param>
/// <param name="Length">Octets of the packet behind the Ethernet header.</param>
/// <param name="IsOutgoing">Whether this host sent it.</param>
/// <param name="Segments">How a superframe divides; the kernel passes them whole between virtual links.</param>
public readonly record struct LinkFrame(ushort EtherType, int Length, bool IsOutgoing, Segmentation Segments);
