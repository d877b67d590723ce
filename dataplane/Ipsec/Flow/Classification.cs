using IpsecDp.Engines;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ipsec.Flow;

/// <summary>Which service class traffic belongs to: by its ports where they show, by the precedence of TOS where they do not (RFC 2353 §2.6 gives Enterprise Extender both).</summary>
internal static class Classification
{
    private const ushort FirstEePort = 12000;
    private const ushort LastEePort = 12004;
    private const ushort IkePort = 500;
    private const ushort EncapsulatedIkePort = 4500;
    private const int PrecedenceShift = 5;

    /// <summary>The class of a packet in clear.</summary>
    public static ServiceClass Of(in FlowKey flow, byte tos) => flow.Protocol switch
    {
        IpProtocol.Tcp => ServiceClass.Tcp,
        IpProtocol.Udp when !flow.HasPorts => OfPrecedence(tos) ?? ServiceClass.Udp,
        IpProtocol.Udp => OfPort(flow.DestinationPort) ?? OfPort(flow.SourcePort) ?? ServiceClass.Udp,
        _ => ServiceClass.Unclassified,
    };

    /// <summary>The class Enterprise Extender gives a precedence to; null for a precedence it does not use.</summary>
    public static ServiceClass? OfPrecedence(byte tos) => (tos >> PrecedenceShift) switch
    {
        6 => ServiceClass.EeNetwork,
        4 => ServiceClass.EeHigh,
        2 => ServiceClass.EeMedium,
        1 => ServiceClass.EeLow,
        _ => null,
    };

    /// <summary>The one class all traffic of the selectors belongs to; null where they say nothing or several.</summary>
    public static ServiceClass? Of(IReadOnlyList<TrafficSelector> selectors)
    {
        ServiceClass? common = null;
        foreach (var selector in selectors)
        {
            if (Of(selector) is not { } serviceClass || (common is { } other && other != serviceClass))
            {
                return null;
            }

            common = serviceClass;
        }

        return common;
    }

    private static ServiceClass? Of(TrafficSelector selector) => selector.Protocol switch
    {
        IpProtocol.Tcp => ServiceClass.Tcp,
        IpProtocol.Udp => OfPorts(selector.LocalPorts) ?? OfPorts(selector.RemotePorts),
        _ => null,
    };

    private static ServiceClass? OfPorts(PortRange ports) => ports.First == ports.Last ? OfPort(ports.First) : null;

    private static ServiceClass? OfPort(ushort port) => port switch
    {
        FirstEePort or FirstEePort + 1 => ServiceClass.EeNetwork,
        FirstEePort + 2 => ServiceClass.EeHigh,
        FirstEePort + 3 => ServiceClass.EeMedium,
        LastEePort => ServiceClass.EeLow,
        IkePort or EncapsulatedIkePort => ServiceClass.Ike,
        _ => null,
    };
}
