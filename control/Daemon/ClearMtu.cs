using IpsecDp.Ipsec.Esp;
using IpsecDp.Policy.Compile;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Daemon;

/// <summary>The largest clear packet that still fits the link when the most expensive tunnel has sealed it.</summary>
internal static class ClearMtu
{
    // The least IPv6 asks of a link (RFC 8200 §5).
    private const int Least = 1280;

    // Of a suite that is not agreed yet: IPv6 and UDP headers, ESP's header and trailer, an IV and padding of 16 octets, an ICV of 32.
    private const int MostOverhead = 40 + 8 + 8 + 2 + 16 + 15 + 32;

    /// <summary>Octets, 1280 at least; the link's own without tunnels.</summary>
    public static int Of(PolicyModel policy, int linkMtu)
    {
        var manual = policy.Tunnels.Select(tunnel => new BundleGeometry(tunnel.Outbound).LargestClear(PathOf(tunnel.Outbound[^1].PathMtu, linkMtu), Ipv6View.HeaderLength));
        var negotiated = policy.DynamicTunnels.Select(tunnel => PathOf(tunnel.PathMtu, linkMtu) - MostOverhead);
        return Math.Max(manual.Concat(negotiated).DefaultIfEmpty(linkMtu).Min(), Least);
    }

    private static int PathOf(int pathMtu, int linkMtu) => pathMtu > 0 ? Math.Min(pathMtu, linkMtu) : linkMtu;
}
