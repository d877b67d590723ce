using IpsecDp.Wire.Ip;

namespace IpsecDp.Wire.Transport;

/// <summary>Reads what "fragmentation needed" (RFC 1191) and "packet too big" (RFC 4443 §3.2) report.</summary>
public static class PacketTooBig
{
    private const int ExtendedLengthAt = 5;

    // RFC 1191 §7.1.
    private static ReadOnlySpan<ushort> Plateaus => [32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68];

    /// <summary>Reads the MTU and the quoted packet; false for any other message, a fragment, a wrong checksum, or a quote whose IP headers are cut off.</summary>
    /// <remarks>Whoever acts on it has checked that the quoted packet is one it sent (RFC 8201 §4) and bounds the MTU from below: anybody can forge it. Where an old router states none, RFC 1191 §7.1 guesses one.</remarks>
    public static bool TryRead(in IpPacketView packet, out int mtu, out QuotedPacketView quoted)
    {
        mtu = 0;
        quoted = default;
        if (packet.IsFragment || !IcmpView.TryView(packet.Payload, out var message))
        {
            return false;
        }

        return packet.Version == IpVersion.V4 ? TryReadV4(packet, message, out mtu, out quoted) : TryReadV6(packet, message, out mtu, out quoted);
    }

    private static bool TryReadV4(in IpPacketView packet, IcmpView message, out int mtu, out QuotedPacketView quoted)
    {
        mtu = 0;
        quoted = default;
        var isTooBig = packet.Protocol == IpProtocol.Icmp && message is { Type: IcmpType.Unreachable, Code: IcmpType.FragmentationNeededCode };
        if (!isTooBig || InternetChecksum.Compute(message.Octets) != 0)
        {
            return false;
        }

        // RFC 4884 §4.1: a stated length ends the quote before extensions.
        var body = message.Body;
        var stated = message.Octets[ExtendedLengthAt] * 4;
        if (stated > 0 && stated <= body.Length)
        {
            body = body[..stated];
        }

        if (!QuotedPacketView.TryView(body, out quoted) || quoted.Octets[0] >> 4 != (int)IpVersion.V4)
        {
            quoted = default;
            return false;
        }

        mtu = (ushort)message.Rest;
        mtu = mtu > 0 ? mtu : PlateauBelow(Ipv4View.Trust(quoted.Octets).TotalLength);
        return true;
    }

    private static bool TryReadV6(in IpPacketView packet, IcmpView message, out int mtu, out QuotedPacketView quoted)
    {
        mtu = 0;
        quoted = default;
        if (packet.Protocol != IpProtocol.Icmpv6 || message.Type != IcmpType.V6PacketTooBig)
        {
            return false;
        }

        var pseudoHeader = InternetChecksum.PseudoHeader(packet.Source, Ipv6RoutingHeader.FinalDestination(packet), IpProtocol.Icmpv6, message.Octets.Length);
        if (InternetChecksum.Fold(InternetChecksum.Add(pseudoHeader, message.Octets)) != 0xFFFF)
        {
            return false;
        }

        if (!QuotedPacketView.TryView(message.Body, out quoted) || quoted.Octets[0] >> 4 != (int)IpVersion.V6)
        {
            quoted = default;
            return false;
        }

        mtu = (int)Math.Min(message.Rest, int.MaxValue);
        return true;
    }

    private static int PlateauBelow(int length)
    {
        foreach (var plateau in Plateaus)
        {
            if (plateau < length)
            {
                return plateau;
            }
        }

        return Plateaus[^1];
    }
}
