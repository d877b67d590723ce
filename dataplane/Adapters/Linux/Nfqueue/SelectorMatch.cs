using System.Globalization;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>Writes a selector as matches of iptables-extensions(8); what they cannot say they leave out, so that a rule takes more and never less.</summary>
internal static class SelectorMatch
{
    private static readonly byte[] WithPorts = [IpProtocol.Tcp, IpProtocol.Udp, Sctp, Dccp, UdpLite];

    private const byte Dccp = 33;
    private const byte Sctp = 132;
    private const byte UdpLite = 136;

    /// <summary>The matches of packets of a protocol, or of any where null; <paramref name="isOutbound"/> says that the source is the local side.</summary>
    public static string Of(TrafficSelector selector, byte? protocol, bool isOutbound) =>
        Addresses(selector, isOutbound) + Protocol(protocol) + Ports(selector, protocol, isOutbound);

    /// <summary>The matches of fragments, which show no ports; empty where the rule itself takes them.</summary>
    public static string OfFragments(TrafficSelector selector, byte? protocol, bool isOutbound)
    {
        if (Ports(selector, protocol, isOutbound).Length == 0)
        {
            return "";
        }

        var isV4 = selector.Local.First.Version == IpVersion.V4;
        // An IPv6 fragment's protocol may stand in another fragment, so none is asked for.
        return Addresses(selector, isOutbound) + (isV4 ? Protocol(protocol) + " -f" : " -m frag --fragid 0:4294967295");
    }

    /// <summary>A range of addresses as an option and its value.</summary>
    public static string Addresses(AddressRange range, bool isSource)
    {
        var whole = range.First.Version == IpVersion.V4 ? AddressRange.AnyV4 : AddressRange.AnyV6;
        if (range == whole)
        {
            return "";
        }

        var text = range.ToString();
        return text.Contains('-', StringComparison.Ordinal)
            ? $" -m iprange --{(isSource ? "src" : "dst")}-range {text}"
            : $" -{(isSource ? 's' : 'd')} {text}";
    }

    private static string Addresses(TrafficSelector selector, bool isOutbound) => isOutbound
        ? Addresses(selector.Local, isSource: true) + Addresses(selector.Remote, isSource: false)
        : Addresses(selector.Remote, isSource: true) + Addresses(selector.Local, isSource: false);

    private static string Protocol(byte? protocol) => protocol is { } number ? string.Create(CultureInfo.InvariantCulture, $" -p {number}") : "";

    private static string Ports(TrafficSelector selector, byte? protocol, bool isOutbound)
    {
        switch (protocol)
        {
            // A selector without a protocol may still name ports, which fit the protocols that have them.
            case { } number when selector.Protocol == number && WithPorts.Contains(number):
                var (source, destination) = isOutbound ? (selector.LocalPorts, selector.RemotePorts) : (selector.RemotePorts, selector.LocalPorts);
                return Module(number, source, destination) + Option("sport", source) + Option("dport", destination);

            case IpProtocol.Icmp when selector.Protocol == protocol:
                return Icmp("icmp", "icmp-type", selector.LocalPorts);

            case IpProtocol.Icmpv6 when selector.Protocol == protocol:
                return Icmp("icmp6", "icmpv6-type", selector.LocalPorts);

            default:
                return "";
        }
    }

    private static string Module(byte protocol, PortRange source, PortRange destination)
    {
        if (source.IsAny && destination.IsAny)
        {
            return "";
        }

        return protocol switch
        {
            IpProtocol.Tcp => " -m tcp",
            Sctp => " -m sctp",
            Dccp => " -m dccp",
            _ => " -m udp",
        };
    }

    private static string Option(string name, PortRange ports) =>
        ports.IsAny ? "" : string.Create(CultureInfo.InvariantCulture, $" --{name} {ports.First}:{ports.Last}");

    private static string Icmp(string module, string option, PortRange messages)
    {
        var (type, code) = (messages.First >> 8, messages.First & 0xFF);
        if (messages.IsAny || messages.Last >> 8 != type)
        {
            return "";
        }

        var isEveryCode = code == 0 && (messages.Last & 0xFF) == 0xFF;
        return isEveryCode || messages.First != messages.Last
            ? string.Create(CultureInfo.InvariantCulture, $" -m {module} --{option} {type}")
            : string.Create(CultureInfo.InvariantCulture, $" -m {module} --{option} {type}/{code}");
    }
}
