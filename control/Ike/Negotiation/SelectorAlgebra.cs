using IpsecDp.Ike.Messages.Selectors;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ike.Negotiation;

/// <summary>What selectors have in common and what lies within what.</summary>
internal static class SelectorAlgebra
{
    /// <summary>What a selector shares with one side of a rule; null for nothing. Ports that cannot be seen fit only a rule that takes any, which the SA then says.</summary>
    public static IkeSelector? Intersect(IkeSelector asked, AddressRange addresses, byte? protocol, PortRange ports)
    {
        if (asked.Addresses.First.Version != addresses.First.Version || (protocol is { } wanted && asked.Protocol != 0 && asked.Protocol != wanted) || asked.IsOpaque)
        {
            return null;
        }

        var first = Greater(asked.Addresses.First, addresses.First);
        var last = Lesser(asked.Addresses.Last, addresses.Last);
        var shared = new PortRange(Math.Max(asked.Ports.First, ports.First), Math.Min(asked.Ports.Last, ports.Last));
        return first > last || shared.First > shared.Last ? null : new(new(first, last), protocol ?? asked.Protocol, shared);
    }

    /// <summary>Whether one packet can fit both: versions and protocols are the same, or one takes any protocol.</summary>
    public static bool IsPair(IkeSelector local, IkeSelector remote) =>
        local.Addresses.First.Version == remote.Addresses.First.Version && (local.Protocol == remote.Protocol || local.Protocol == 0 || remote.Protocol == 0);

    /// <summary>Every local selector with every remote one it makes a pair with.</summary>
    public static IEnumerable<(IkeSelector Local, IkeSelector Remote)> Pairs(IReadOnlyList<IkeSelector> local, IReadOnlyList<IkeSelector> remote) =>
        from mine in local
        from theirs in remote
        where IsPair(mine, theirs)
        select (mine, theirs);

    /// <summary>A pair as the data plane takes it.</summary>
    public static TrafficSelector ToTraffic(IkeSelector local, IkeSelector remote)
    {
        var protocol = local.Protocol == 0 ? remote.Protocol : local.Protocol;
        return new(local.Addresses, remote.Addresses, protocol == 0 ? null : protocol, local.Ports, remote.Ports);
    }

    /// <summary>Whether a rule allows all that a pair means.</summary>
    public static bool Allows(TrafficSelector rule, IkeSelector local, IkeSelector remote)
    {
        var pair = ToTraffic(local, remote);
        return rule.Local.Contains(pair.Local) && rule.Remote.Contains(pair.Remote) && (rule.Protocol is null || rule.Protocol == pair.Protocol)
            && Contains(rule.LocalPorts, pair.LocalPorts) && Contains(rule.RemotePorts, pair.RemotePorts);
    }

    /// <summary>The selectors without those that lie within another, in their order.</summary>
    public static IReadOnlyList<IkeSelector> Reduce(IEnumerable<IkeSelector> selectors)
    {
        var distinct = selectors.Distinct().ToList();
        return [.. distinct.Where(selector => !distinct.Exists(other => other != selector && other.Contains(selector)))];
    }

    /// <summary>Whether a selector means one address.</summary>
    public static bool IsOneAddress(IkeSelector selector) => selector.Addresses.First == selector.Addresses.Last;

    private static bool Contains(PortRange outer, PortRange inner) => outer.IsAny || (inner.First <= inner.Last && outer.First <= inner.First && inner.Last <= outer.Last);

    private static IpAddress Greater(IpAddress left, IpAddress right) => left > right ? left : right;

    private static IpAddress Lesser(IpAddress left, IpAddress right) => left < right ? left : right;
}
