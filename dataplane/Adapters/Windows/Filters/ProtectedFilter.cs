using IpsecDp.Ports.Divert;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Adapters.Windows.Filters;

/// <summary>The filters of what arrives protected, and of the messages that tell its path's MTU.</summary>
internal static class ProtectedFilter
{
    // Where a peer's packets are taken from whoever sends them, its port of encapsulation is the usual one (RFC 3948 §2).
    private const ushort EncapsulationPort = 4500;

    /// <summary>Filters over at least <paramref name="handles"/> handles where there are as many peers, and one for what any peer may send to <paramref name="fromAny"/>; the first of them also takes "too big".</summary>
    public static IReadOnlyList<DivertFilter> Of(IReadOnlyList<CipherFlow> flows, IReadOnlyList<IpAddress> fromAny, int handles, int mostTests, int mostTokens)
    {
        // All flows of a peer stay together, and what comes to an address that takes anybody's goes by that address alone, so that handles are disjoint.
        var named = flows.Distinct().Where(flow => !fromAny.Contains(flow.Local));
        var peers = named.GroupBy(flow => flow.Remote).OrderBy(peer => peer.Key).Select(peer => peer.ToList()).ToList();
        var groups = peers.Chunk(Math.Max(1, (peers.Count + handles - 1) / handles)).Select(group => FilterPart.Any([TooBig(), .. group.SelectMany(peer => peer).Select(Flow)])).ToList();
        if (fromAny.Count > 0)
        {
            groups.Add(FilterPart.Any([TooBig(), .. fromAny.Distinct().SelectMany(AnyTo)]));
        }

        if (groups.Exists(group => group.Tests > mostTests || group.Tokens > mostTokens))
        {
            return [Filter(FilterPart.Any([TooBig(), .. Shapes([.. flows, .. fromAny.SelectMany(Both)])]) with { IsExact = false })];
        }

        // "Too big" is taken by the first handle that sees it, which is the last opened; it is rare, and no other order depends on it.
        return [.. groups.Select(Filter)];
    }

    private static DivertFilter Filter(FilterPart clauses) => new(FilterPart.All(FilterPart.Has("inbound"), clauses).Text, clauses.IsExact);

    private static FilterPart TooBig() => FilterPart.Any(
        FilterPart.All(FilterPart.Equal("icmp.Type", 3), FilterPart.Equal("icmp.Code", 4)),
        FilterPart.Equal("icmpv6.Type", 2));

    private static FilterPart Flow(CipherFlow flow)
    {
        var ip = flow.Local.Version == IpVersion.V4 ? "ip" : "ipv6";
        return FilterPart.All(
            FilterPart.Test($"{ip}.SrcAddr", "==", SelectorFilter.Text(flow.Remote)),
            FilterPart.Test($"{ip}.DstAddr", "==", SelectorFilter.Text(flow.Local)),
            Shape(flow));
    }

    private static IEnumerable<FilterPart> AnyTo(IpAddress local)
    {
        var ip = local.Version == IpVersion.V4 ? "ip" : "ipv6";
        yield return FilterPart.All(FilterPart.Test($"{ip}.DstAddr", "==", SelectorFilter.Text(local)), FilterPart.Any([.. Both(local).Select(Shape)]));
    }

    private static IEnumerable<CipherFlow> Both(IpAddress local) => [new(local, default, null), new(local, default, EncapsulationPort)];

    // Any peer's: each kind once.
    private static IEnumerable<FilterPart> Shapes(IReadOnlyList<CipherFlow> flows) =>
        flows.Select(flow => (flow.Local.Version, flow.UdpPort)).Distinct().Take(20).Select(kind => Shape(new CipherFlow(new IpAddress(default, kind.Version), default, kind.UdpPort)));

    private static FilterPart Shape(CipherFlow flow) => flow switch
    {
        { UdpPort: { } port } => Encapsulated(port),
        { Local.Version: IpVersion.V4 } => FilterPart.Any(FilterPart.Equal("ip.Protocol", IpProtocol.Esp), FilterPart.Equal("ip.Protocol", IpProtocol.Ah)),
        // The driver's "protocol" is what lies behind AH, and AH may stand behind these.
        _ => FilterPart.Any(
            FilterPart.Equal("protocol", IpProtocol.Esp),
            FilterPart.Equal("ipv6.NextHdr", IpProtocol.Ah),
            FilterPart.Equal("ipv6.NextHdr", IpProtocol.HopByHop) with { IsExact = false },
            FilterPart.Equal("ipv6.NextHdr", IpProtocol.Routing),
            FilterPart.Equal("ipv6.NextHdr", IpProtocol.Fragment),
            FilterPart.Equal("ipv6.NextHdr", IpProtocol.DestinationOptions)),
    };

    // IKE, four octets of zero in front (RFC 3948 §2.2), never leaves the kernel; a keepalive is shorter than four.
    private static FilterPart Encapsulated(ushort port) => FilterPart.All(
        FilterPart.Equal("udp.DstPort", port),
        FilterPart.Any(FilterPart.Test("udp.PayloadLength", "<", "4"), FilterPart.Test("udp.Payload32[0]", "!=", "0")));
}
