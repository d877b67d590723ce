using IpsecDp.Wire.Ip;

namespace IpsecDp.Ipsec.Sad;

/// <summary>The two endpoints as the peer's packets name them before a NAT changes them (IKEv1's NAT-OA, IKEv2's traffic selectors in transport mode).</summary>
/// <param name="Local">This host, as the peer addresses it.</param>
/// <param name="Remote">The peer, by its own address.</param>
public readonly record struct OriginalAddresses(IpAddress Local, IpAddress Remote);
