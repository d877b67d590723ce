using IpsecDp.Wire.Ip;

namespace IpsecDp.Wire.Print;

/// <summary>What the printer calls a protocol or an extension header.</summary>
internal static class ProtocolName
{
    /// <summary>The name of every protocol that has none here.</summary>
    public const string Unknown = "protocol";

    public static string Of(byte protocol) => protocol switch
    {
        IpProtocol.HopByHop => "HBH",
        IpProtocol.Icmp => "ICMP",
        IpProtocol.Igmp => "IGMP",
        IpProtocol.Ipv4 => "IPIP",
        IpProtocol.Tcp => "TCP",
        IpProtocol.Udp => "UDP",
        IpProtocol.Ipv6 => "IP6IP",
        IpProtocol.Routing => "RT",
        IpProtocol.Fragment => "frag",
        IpProtocol.Esp => "ESP",
        IpProtocol.Ah => "AH",
        IpProtocol.Icmpv6 => "ICMP6",
        IpProtocol.NoNextHeader => "no next header",
        IpProtocol.DestinationOptions => "DSTOPT",
        IpProtocol.Ospf => "OSPF",
        IpProtocol.Mobility => "mobility",
        _ => Unknown,
    };
}
