using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Ipsec;

namespace IpsecDp.Ipsec.Esp;

/// <summary>Turns an ESP packet whose ICV was right and whose payload is decrypted into the packet it protected (RFC 4303 §3.4).</summary>
internal static class EspOpener
{
    /// <summary>Takes outer header, ESP header and trailer off; <paramref name="espAt"/> is where ESP starts in the buffer's packet.</summary>
    public static DropReason Unwrap(PacketBuffer buffer, InboundSa sa, int espAt)
    {
        var model = sa.Model;
        var payloadAt = espAt + EspView.HeaderLength + sa.Geometry.IvLength;
        var payload = buffer.Packet[payloadAt..^sa.Geometry.IcvLength];
        if (!EspTrailerView.TryView(payload, out var trailer))
        {
            return DropReason.BadPadding;
        }

        var nextHeader = trailer.NextHeader;
        if (nextHeader == IpProtocol.NoNextHeader)
        {
            return DropReason.Dummy;
        }

        // RFC 4303 §2.4: a receiver should look at the default padding of a cipher that states none of its own.
        if (!trailer.HasDefaultPadding())
        {
            return DropReason.BadPadding;
        }

        if (!IpPacketView.TryView(buffer.Packet, out var outer))
        {
            return DropReason.Malformed;
        }

        buffer.TrimTo(payloadAt + trailer.Payload.Length);
        return model.Mode == SaMode.Tunnel
            ? UnwrapTunnel(buffer, model, outer.Tos, payloadAt, nextHeader)
            : JoinHeader(buffer, outer.Version, outer.PayloadAt, outer.ProtocolFieldAt, payloadAt, nextHeader);
    }

    /// <summary>Takes the tunnel's outer header off and carries ECN and hop limit over; AH tunnels end the same way.</summary>
    internal static DropReason UnwrapTunnel(PacketBuffer buffer, SaModel model, byte outerTos, int payloadAt, byte nextHeader)
    {
        if (!IpPacketView.TryView(buffer.Packet[payloadAt..], out var inner) || nextHeader != (inner.Version == IpVersion.V4 ? IpProtocol.Ipv4 : IpProtocol.Ipv6))
        {
            return DropReason.BadInnerPacket;
        }

        if (!TunnelHeader.TryCarryEcn(outerTos, inner))
        {
            return DropReason.CongestionUnsupported;
        }

        // RFC 4301 §5.1.2.1: a hop for packets that are forwarded, none for those that end here.
        if (inner.Destination != model.Local && !TunnelHeader.TryDecrementHopLimit(inner, model.Remote))
        {
            return DropReason.HopLimitExceeded;
        }

        buffer.TrimStart(payloadAt);
        // What lies behind the inner packet's own length is TFC padding.
        buffer.TrimTo(inner.Octets.Length);
        return DropReason.None;
    }

    /// <summary>Moves the IP header up to the payload, and names what it carries; whether the result is a packet shows when its flow is read.</summary>
    internal static DropReason JoinHeader(PacketBuffer buffer, IpVersion version, int headerLength, int fieldAt, int payloadAt, byte nextHeader)
    {
        buffer.Packet[..headerLength].CopyTo(buffer.Packet[(payloadAt - headerLength)..]);
        buffer.TrimStart(payloadAt - headerLength);
        return IpLengthField.TrySet(buffer.Packet, version, fieldAt, nextHeader) ? DropReason.None : DropReason.BadInnerPacket;
    }
}
