using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Ipsec;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ipsec.Esp;

/// <summary>Unwraps the opened ESP packets of one job: what <see cref="EspOpener"/> did with a packet is done with those behind it that start alike, without asking again.</summary>
internal struct EspUnwrapper(InboundSa sa)
{
    // The protected packet as it was sealed.
    private PlainHeader _head;
    private byte _outerTos;
    private bool _isForwarded;

    /// <summary>Unwraps a packet of the same flow and shape as the one before; false where it is another, and then it is untouched.</summary>
    public readonly bool TryUnwrapAlike(PacketBuffer buffer, int espAt)
    {
        var payloadAt = espAt + EspView.HeaderLength + sa.Geometry.IvLength;
        var octets = buffer.Packet;
        if (!EspTrailerView.TryView(octets[payloadAt..^sa.Geometry.IcvLength], out var trailer) || !trailer.HasDefaultPadding())
        {
            return false;
        }

        return sa.Model.Mode == SaMode.Tunnel
            ? TryUnwrapTunnel(buffer, trailer, payloadAt)
            : TryJoinHeader(buffer, trailer, espAt - sa.Geometry.EncapsulationLength, payloadAt);
    }

    /// <summary>Unwraps a packet of any kind.</summary>
    public DropReason Unwrap(PacketBuffer buffer, int espAt)
    {
        var payloadAt = espAt + EspView.HeaderLength + sa.Geometry.IvLength;
        var tos = IpPacketView.TryView(buffer.Packet, out var outer) ? outer.Tos : (byte)0;
        var isPlain = PlainHeader.TryRead(buffer.Packet[Math.Min(payloadAt, buffer.Length)..], out var inner);
        _head = default;
        var refusal = EspOpener.Unwrap(buffer, sa, espAt);
        if (refusal != DropReason.None || !PlainHeader.TryRead(buffer.Packet, out var result))
        {
            return refusal;
        }

        if (sa.Model.Mode == SaMode.Transport)
        {
            _head = result;
        }
        else if (isPlain && inner.Tos == result.Tos && IpPacketView.TryView(buffer.Packet, out var packet))
        {
            // A packet whose ECN field was changed is followed by none like it.
            (_head, _outerTos, _isForwarded) = (inner, tos, packet.Destination != sa.Model.Local);
        }

        return refusal;
    }

    private readonly bool TryUnwrapTunnel(PacketBuffer buffer, in EspTrailerView trailer, int payloadAt)
    {
        if (!_head.Matches(trailer.Payload, out var length)
            || trailer.NextHeader != (_head.IsV4 ? IpProtocol.Ipv4 : IpProtocol.Ipv6)
            || IpPacketView.TosOf(buffer.Packet) != _outerTos)
        {
            return false;
        }

        buffer.TrimStart(payloadAt);
        // What lies behind the inner packet's own length is TFC padding.
        buffer.TrimTo(length);
        if (_isForwarded)
        {
            // That a hop is left was seen at the first packet, whose limit was the same.
            IpHopLimit.Decrement(buffer.Packet);
        }

        return true;
    }

    // The header is compared as it will be: that of the packet around the ESP header, with the payload's first octets behind it.
    private readonly bool TryJoinHeader(PacketBuffer buffer, in EspTrailerView trailer, int headerLength, int payloadAt)
    {
        var payload = trailer.Payload;
        if (headerLength != _head.IpLength || !_head.Continues(buffer.Packet[..headerLength], trailer.NextHeader, payload))
        {
            return false;
        }

        var length = headerLength + payload.Length;
        var header = buffer.Packet[..headerLength];
        buffer.TrimStart(payloadAt - headerLength);
        buffer.TrimTo(length);
        IpHeaderMove.Write(header, buffer.Packet, length, trailer.NextHeader);
        return true;
    }
}
