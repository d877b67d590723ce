using System.Globalization;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Adapters.Windows.Filters;

/// <summary>The filter of one selector: every packet the selector matches, and every later fragment it reaches.</summary>
internal static class SelectorFilter
{
    private const byte MobilityHeader = 135;
    private const byte Sctp = 132;
    private const byte Dccp = 33;
    private const byte UdpLite = 136;

    /// <summary>The part of a selector whose two ranges have one version.</summary>
    public static FilterPart Of(TrafficSelector selector, bool isOutbound)
    {
        var (source, destination) = isOutbound ? (selector.Local, selector.Remote) : (selector.Remote, selector.Local);
        var (sourcePorts, destinationPorts) = isOutbound ? (selector.LocalPorts, selector.RemotePorts) : (selector.RemotePorts, selector.LocalPorts);
        var ip = source.First.Version == IpVersion.V4 ? "ip" : "ipv6";
        var parts = new List<FilterPart>();
        AddRange(parts, $"{ip}.SrcAddr", source);
        AddRange(parts, $"{ip}.DstAddr", destination);
        if (parts.Count == 0)
        {
            parts.Add(FilterPart.Has(ip));
        }

        AddProtocol(parts, selector.Protocol, source.First.Version);
        if (!sourcePorts.IsAny || !destinationPorts.IsAny)
        {
            parts.Add(Ports(selector.Protocol, sourcePorts, destinationPorts));
        }

        return FilterPart.All(parts);
    }

    /// <summary>An address as the filter language reads it: every IPv6 group written out, since it knows fewer short forms than others.</summary>
    public static string Text(IpAddress address)
    {
        if (address.Version == IpVersion.V4)
        {
            return address.ToString();
        }

        var groups = Enumerable.Range(0, 8).Select(index => ((ushort)(address.Value >> (112 - (index * 16)))).ToString("x", CultureInfo.InvariantCulture));
        return string.Join(':', groups);
    }

    /// <summary>Adds what keeps a field within a range; nothing where the range is all there is.</summary>
    public static void AddRange(List<FilterPart> parts, string field, AddressRange range)
    {
        if (range == AddressRange.AnyV4 || range == AddressRange.AnyV6)
        {
            return;
        }

        parts.Add(range.First == range.Last
            ? FilterPart.Test(field, "==", Text(range.First))
            : FilterPart.All(FilterPart.Test(field, ">=", Text(range.First)), FilterPart.Test(field, "<=", Text(range.Last))));
    }

    // The driver walks past AH and the mobility header of IPv6, at which the line stops, so there "protocol" names what lies behind.
    private static void AddProtocol(List<FilterPart> parts, byte? protocol, IpVersion version)
    {
        switch (protocol)
        {
            case null:
                return;

            case var named when version == IpVersion.V4:
                parts.Add(FilterPart.Equal("ip.Protocol", named.Value));
                return;

            case IpProtocol.Ah or MobilityHeader or IpProtocol.HopByHop or IpProtocol.Routing or IpProtocol.Fragment or IpProtocol.DestinationOptions:
                parts.Add(FilterPart.Wider);
                return;

            default:
                // TCP behind AH matches, too, and is not TCP to the line.
                parts.Add(FilterPart.Equal("protocol", protocol.Value) with { IsExact = false });
                return;
        }
    }

    // Later fragments, and headers too short for the driver, show no ports and must not slip by.
    private static FilterPart Ports(byte? protocol, PortRange source, PortRange destination) => protocol switch
    {
        IpProtocol.Tcp => FilterPart.If("tcp", TransportPorts("tcp", source, destination), FilterPart.True),
        IpProtocol.Udp => FilterPart.If("udp", TransportPorts("udp", source, destination), FilterPart.True),
        IpProtocol.Icmp => FilterPart.If("icmp", IcmpType("icmp", source, destination), FilterPart.True),
        IpProtocol.Icmpv6 => FilterPart.If("icmpv6", IcmpType("icmpv6", source, destination), FilterPart.True),
        null => FilterPart.If("tcp", TransportPorts("tcp", source, destination),
            FilterPart.If("udp", TransportPorts("udp", source, destination),
                FilterPart.If("icmp", IcmpType("icmp", source, destination),
                    FilterPart.If("icmpv6", IcmpType("icmpv6", source, destination), FilterPart.Wider)))),
        // Their ports stand where the language has no field.
        Sctp or Dccp or UdpLite => FilterPart.Wider,
        _ => FilterPart.Wider,
    };

    private static FilterPart TransportPorts(string header, PortRange source, PortRange destination)
    {
        var parts = new List<FilterPart>();
        if (!source.IsAny)
        {
            parts.Add(FilterPart.Within($"{header}.SrcPort", source.First, source.Last));
        }

        if (!destination.IsAny)
        {
            parts.Add(FilterPart.Within($"{header}.DstPort", destination.First, destination.Last));
        }

        return FilterPart.All(parts);
    }

    // Type and code as one word lie in both ranges (RFC 4301 §4.4.1.1).
    private static FilterPart IcmpType(string header, PortRange source, PortRange destination)
    {
        int first = Math.Max(source.First, destination.First), last = Math.Min(source.Last, destination.Last);
        if (first > last)
        {
            return FilterPart.False;
        }

        var (firstType, firstCode, lastType, lastCode) = (first >> 8, first & 0xFF, last >> 8, last & 0xFF);
        var type = FilterPart.Within($"{header}.Type", firstType, lastType);
        var hasEveryCode = firstCode == 0 && lastCode == 0xFF;
        return (hasEveryCode, firstType == lastType) switch
        {
            (true, _) => type,
            (false, true) => FilterPart.All(type, FilterPart.Within($"{header}.Code", firstCode, lastCode)),
            _ => type with { IsExact = false },
        };
    }
}
