using IpsecDp.Wire.Ip;

namespace IpsecDp.Wire.Transport;

/// <summary>Writes the errors a gateway answers with as whole IP packets, and knows when none may be sent.</summary>
public static class IcmpErrors
{
    /// <summary>Octets of the largest error written: RFC 4443 §2.4(c) for IPv6; RFC 1812 §4.3.2.3 allows IPv4 only 576.</summary>
    public const int MaximumLength = 1280;

    private const int MaximumLengthV4 = 576;
    private const byte HopLimit = 64;
    // RFC 1812 §4.3.2.5: errors go with precedence 6 or 7.
    private const byte InternetworkControl = 0xC0;

    /// <summary>Writes "fragmentation needed" (RFC 1191) or "packet too big" (RFC 4443 §3.2) and returns its length; 0 when none may be sent or the destination is too short.</summary>
    /// <param name="offending">The packet that did not fit; it is quoted.</param>
    /// <param name="source">This gateway, in the offending packet's IP version.</param>
    /// <param name="mtu">Octets of the largest IP packet that fits.</param>
    /// <param name="destination">Where the error goes, <see cref="MaximumLength"/> octets always suffice.</param>
    public static int WriteTooBig(in IpPacketView offending, IpAddress source, int mtu, Span<byte> destination)
    {
        if (offending.Version == IpVersion.V4)
        {
            var nextHop = (uint)Math.Clamp(mtu, 0, ushort.MaxValue);
            return MayAnswer(offending, isTooBig: true) ? WriteV4(offending, source, IcmpType.FragmentationNeededCode, nextHop, destination) : 0;
        }

        return MayAnswer(offending, isTooBig: true) ? WriteV6(offending, source, IcmpType.V6PacketTooBig, 0, (uint)Math.Max(mtu, 0), destination) : 0;
    }

    /// <summary>Writes "communication administratively prohibited" (RFC 1812 §5.2.7.1, RFC 4443 §3.1) and returns its length; 0 when none may be sent or the destination is too short.</summary>
    public static int WriteProhibited(in IpPacketView offending, IpAddress source, Span<byte> destination)
    {
        if (!MayAnswer(offending, isTooBig: false))
        {
            return 0;
        }

        return offending.Version == IpVersion.V4
            ? WriteV4(offending, source, IcmpType.ProhibitedCode, 0, destination)
            : WriteV6(offending, source, IcmpType.V6Unreachable, IcmpType.V6ProhibitedCode, 0, destination);
    }

    /// <summary>Whether a packet may be answered with an error (RFC 1122 §3.2.2, RFC 1812 §4.3.2.7, RFC 4443 §2.4(e)).</summary>
    public static bool MayAnswer(in IpPacketView offending, bool isTooBig)
    {
        if (!IsSingleHost(offending.Source) || IsIcmpError(offending))
        {
            return false;
        }

        // RFC 4443 §2.4(e.3): only "too big" answers multicast, so that its senders learn the path's MTU.
        return offending.Version == IpVersion.V4
            ? IsSingleHost(offending.Destination) && !offending.IsLaterFragment
            : isTooBig || !offending.Destination.IsMulticast;
    }

    private static int WriteV4(in IpPacketView offending, IpAddress source, byte code, uint rest, Span<byte> destination)
    {
        var quoted = Math.Min(offending.Octets.Length, MaximumLengthV4 - Ipv4View.MinimumHeaderLength - IcmpView.HeaderLength);
        // The offender's identification sets the answers to one sender apart, as far as the sender did.
        var fields = new IpHeaderFields(source, offending.Source, IpProtocol.Icmp, HopLimit, InternetworkControl, (ushort)offending.Identification);
        if (!TryWrite(offending, fields, quoted, destination, IcmpType.Unreachable, code, rest, out var message, out var length))
        {
            return 0;
        }

        message.UpdateChecksum();
        return length;
    }

    private static int WriteV6(in IpPacketView offending, IpAddress source, byte type, byte code, uint rest, Span<byte> destination)
    {
        var quoted = Math.Min(offending.Octets.Length, MaximumLength - Ipv6View.HeaderLength - IcmpView.HeaderLength);
        var fields = new IpHeaderFields(source, offending.Source, IpProtocol.Icmpv6, HopLimit);
        if (!TryWrite(offending, fields, quoted, destination, type, code, rest, out var message, out var length))
        {
            return 0;
        }

        message.UpdateChecksum(source, offending.Source);
        return length;
    }

    private static bool TryWrite(in IpPacketView offending, in IpHeaderFields fields, int quoted, Span<byte> destination, byte type, byte code, uint rest, out IcmpView message, out int length)
    {
        message = default;
        length = fields.HeaderLength + IcmpView.HeaderLength + quoted;
        if (fields.Source.Version != offending.Version || length > destination.Length)
        {
            return false;
        }

        var packet = destination[..length];
        fields.Write(packet);
        if (!IcmpView.TryView(packet[fields.HeaderLength..], out message))
        {
            return false;
        }

        message.Type = type;
        message.Code = code;
        message.Rest = rest;
        offending.Octets[..quoted].CopyTo(message.Body);
        return true;
    }

    private static bool IsIcmpError(in IpPacketView packet)
    {
        if (packet.IsLaterFragment || packet.Protocol is not (IpProtocol.Icmp or IpProtocol.Icmpv6))
        {
            return false;
        }

        // A message without a type could be an error.
        return packet.Payload.IsEmpty || (packet.Protocol == IpProtocol.Icmp ? IcmpType.IsError(packet.Payload[0]) : IcmpType.IsV6Error(packet.Payload[0]));
    }

    // RFC 1122 §3.2.2: "a source address that does not define a single host": zero, loopback, broadcast, multicast, class E.
    private static bool IsSingleHost(IpAddress address)
    {
        if (address.Version == IpVersion.V6)
        {
            return !address.IsMulticast && address.Value > UInt128.One;
        }

        return (byte)(address.Value >> 24) is > 0 and < 224 and not 127;
    }
}
