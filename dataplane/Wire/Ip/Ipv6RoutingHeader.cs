namespace IpsecDp.Wire.Ip;

/// <summary>What a routing header (RFC 8200 §4.4) says about where an IPv6 packet ends up.</summary>
public static class Ipv6RoutingHeader
{
    private const byte Type0 = 0;
    private const byte MobileIpv6 = 2;
    private const byte SegmentRouting = 4;
    private const int AddressesAt = 8;
    private const int AddressLength = 16;

    /// <summary>The address the upper layer's pseudo-header covers: the last stop of a routing header still in use, else the destination (RFC 8200 §8.1).</summary>
    public static IpAddress FinalDestination(in IpPacketView packet)
    {
        var routing = Find(packet);
        // Segments left of 0 means the packet is already on its last leg.
        if (routing.Length < AddressesAt + AddressLength || routing[3] == 0)
        {
            return packet.Destination;
        }

        var count = (routing.Length - AddressesAt) / AddressLength;
        return routing[2] switch
        {
            // RFC 5095 deprecates type 0; RFC 6275 §6.4 keeps its layout for one address.
            Type0 or MobileIpv6 => IpAddress.ReadV6(routing[(AddressesAt + (count - 1) * AddressLength)..]),
            // RFC 8754 §2: the list runs backwards.
            SegmentRouting => IpAddress.ReadV6(routing[AddressesAt..]),
            _ => packet.Destination,
        };
    }

    // The packet's own walk looked at every length that is read here.
    private static ReadOnlySpan<byte> Find(in IpPacketView packet)
    {
        if (packet.Version == IpVersion.V4)
        {
            return default;
        }

        ReadOnlySpan<byte> octets = packet.Octets;
        var protocol = packet.V6.NextHeader;
        var at = Ipv6View.HeaderLength;
        while (at < packet.PayloadAt)
        {
            var length = protocol == IpProtocol.Fragment ? Ipv6ExtensionWalker.FragmentHeaderLength : (octets[at + 1] + 1) * 8;
            if (protocol == IpProtocol.Routing)
            {
                return octets.Slice(at, length);
            }

            protocol = octets[at];
            at += length;
        }

        return default;
    }
}
