using IpsecDp.Wire.Ip;
using IpsecDp.Workloads.Mix;

namespace IpsecDp.Workloads.OpenLoop;

/// <summary>What arrives by the clock: a mix, packets of one size, or the sizes and ports of a capture, spread over tunnels.</summary>
public sealed record ArrivalModel
{
    /// <summary>Most tunnels: their addresses lie in 198.18.0.0/15 (RFC 2544, appendix C.2.2), or in 2001:2::/48 (RFC 5180 §8).</summary>
    public const int MostTunnels = 4096;

    /// <summary>What sizes, order and gaps derive from.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The IP version of its packets.</summary>
    public IpVersion Family { get; init; } = IpVersion.V4;

    /// <summary>Which kinds of traffic, in which proportion.</summary>
    public TrafficMix Mix { get; init; } = TrafficMix.Mixed;

    /// <summary>Octets of every packet; null takes those of the mix.</summary>
    public int? PacketLength { get; init; }

    /// <summary>Octets of the largest packet.</summary>
    public required int PathMtu { get; init; }

    /// <summary>Pairs of addresses, each a tunnel of its own, taken in turns.</summary>
    public int Tunnels { get; init; } = 1;

    /// <summary>Octets of the smallest packet of an IP version: its headers, and the stamp.</summary>
    public static int SmallestOf(IpVersion family) => family == IpVersion.V4 ? ArrivalStamp.SmallestPacket : ArrivalStamp.SmallestPacket + Ipv6View.HeaderLength - Ipv4View.MinimumHeaderLength;
}
