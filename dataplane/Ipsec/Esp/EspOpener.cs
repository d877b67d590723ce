using System.Runtime.CompilerServices;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Ipsec;

namespace IpsecDp.Ipsec.Esp;

/// <summary>Turns an ESP packet whose ICV was right and whose payload is decrypted into the packet it protected (RFC 4303 §3.4).</summary>
internal static class EspOpener
{
    /// <summary>Takes ESP header and trailer of a transport-mode packet out; <paramref name="espAt"/> is where ESP starts in the buffer's packet.</summary>
    public static DropReason Unwrap(PacketBuffer buffer, InboundSa sa, int espAt)
    {
        var payloadAt = espAt + EspView.HeaderLength + sa.Geometry.IvLength;
        var refusal = ReadTrailer(buffer.Packet[payloadAt..^sa.Geometry.IcvLength], out var trailer);
        if (refusal != DropReason.None)
        {
            return refusal;
        }

        if (!IpPacketView.TryView(buffer.Packet, out var outer))
        {
            return DropReason.Malformed;
        }

        var nextHeader = trailer.NextHeader;
        buffer.TrimTo(payloadAt + trailer.Payload.Length);
        return JoinHeader(buffer, outer.Version, outer.PayloadAt, outer.ProtocolFieldAt, payloadAt, nextHeader);
    }

    /// <summary>Reads what stands behind a decrypted payload; <see cref="DropReason.Dummy"/> is an answer, too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static DropReason ReadTrailer(Span<byte> payload, out EspTrailerView trailer)
    {
        if (!EspTrailerView.TryView(payload, out trailer))
        {
            return DropReason.BadPadding;
        }

        if (trailer.NextHeader == IpProtocol.NoNextHeader)
        {
            return DropReason.Dummy;
        }

        // RFC 4303 §2.4: a receiver should look at the default padding of a cipher that states none of its own.
        return trailer.HasDefaultPadding() ? DropReason.None : DropReason.BadPadding;
    }

    /// <summary>Takes the tunnel's outer header off and carries ECN and hop limit over; AH tunnels end the same way.</summary>
    internal static DropReason UnwrapTunnel(PacketBuffer buffer, SaModel model, byte outerTos, int payloadAt, byte nextHeader)
    {
        var refusal = LeaveTunnel(buffer.Packet[payloadAt..], model, outerTos, nextHeader, out var length);
        if (refusal == DropReason.None)
        {
            buffer.TrimStart(payloadAt);
            // What lies behind the inner packet's own length is TFC padding.
            buffer.TrimTo(length);
        }

        return refusal;
    }

    /// <summary>Judges the packet a tunnel carried and carries ECN and hop limit over into it; <paramref name="length"/> is its own.</summary>
    internal static DropReason LeaveTunnel(Span<byte> payload, SaModel model, byte outerTos, byte nextHeader, out int length)
    {
        length = 0;
        if (!IpPacketView.TryView(payload, out var inner) || nextHeader != (inner.Version == IpVersion.V4 ? IpProtocol.Ipv4 : IpProtocol.Ipv6))
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

        length = inner.Octets.Length;
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
