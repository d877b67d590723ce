using IpsecDp.Wire.Ip;

namespace IpsecDp.Wire.Transport;

/// <summary>The checksum of whatever transport an IP packet carries, computed over the whole of it.</summary>
public static class TransportChecksum
{
    /// <summary>Computes the checksum of TCP, UDP, ICMP or ICMPv6 afresh; false for a fragment, another protocol, or a header cut off.</summary>
    public static bool TryUpdate(in IpPacketView packet)
    {
        if (packet.IsFragment)
        {
            return false;
        }

        switch (packet.Protocol)
        {
            case IpProtocol.Tcp when TcpView.TryView(packet.Payload, out var tcp):
                tcp.UpdateChecksum(packet.Source, Ipv6RoutingHeader.FinalDestination(packet));
                return true;

            case IpProtocol.Udp when UdpView.TryView(packet.Payload, out var udp):
                udp.UpdateChecksum(packet.Source, Ipv6RoutingHeader.FinalDestination(packet));
                return true;

            case IpProtocol.Icmp when packet.Version == IpVersion.V4 && IcmpView.TryView(packet.Payload, out var icmp):
                icmp.UpdateChecksum();
                return true;

            case IpProtocol.Icmpv6 when packet.Version == IpVersion.V6 && IcmpView.TryView(packet.Payload, out var icmpv6):
                icmpv6.UpdateChecksum(packet.Source, Ipv6RoutingHeader.FinalDestination(packet));
                return true;

            default:
                return false;
        }
    }
}
