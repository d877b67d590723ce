using System.Runtime.CompilerServices;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Ipsec;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ipsec.Esp;

/// <summary>Unwraps the opened ESP packets of one job: what <see cref="EspOpener"/> did with a packet is done with those behind it that start alike, without asking again.</summary>
internal struct EspUnwrapper(InboundSa sa)
{
    private readonly bool _isTunnel = sa.Model.Mode == SaMode.Tunnel;

    // The protected packet as it was sealed.
    private PlainHeader _head;
    private byte _outerTos;
    private bool _isForwarded;

    /// <summary>Takes outer header, ESP header and trailer off; <paramref name="isAlike"/> says that the packet is of the flow of the one before.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public DropReason Unwrap(PacketBuffer buffer, int espAt, out bool isAlike)
    {
        var payloadAt = espAt + EspView.HeaderLength + sa.Geometry.IvLength;
        if (!_isTunnel)
        {
            return LeaveTransport(buffer, espAt, payloadAt, out isAlike);
        }

        var octets = buffer.Packet;
        var payload = octets[payloadAt..^sa.Geometry.IcvLength];
        var refusal = LeaveTunnel(payload, IpPacketView.TosOf(octets), out var length, out isAlike);
        if (refusal == DropReason.None)
        {
            buffer.TrimStart(payloadAt);
            // What lies behind the inner packet's own length is TFC padding.
            buffer.TrimTo(length);
        }

        return refusal;
    }

    // Apart, because it needs nothing of what a tunnel holds in registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private DropReason LeaveTransport(PacketBuffer buffer, int espAt, int payloadAt, out bool isAlike)
    {
        var payload = buffer.Packet[payloadAt..^sa.Geometry.IcvLength];
        isAlike = TryJoinHeader(buffer, payload, espAt - sa.Geometry.EncapsulationLength, payloadAt);
        var joined = isAlike ? DropReason.None : JoinHeader(buffer, espAt);
        if (joined == DropReason.None && sa.Translation is { } translation && IpPacketView.TryView(buffer.Packet, out var packet))
        {
            translation.Mend(packet);
        }

        return joined;
    }

    /// <summary>Looks at the packet in a tunnel's opened payload, its trailer included, and carries ECN and hop limit over; <paramref name="length"/> is the packet's own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public DropReason LeaveTunnel(Span<byte> payload, byte outerTos, out int length, out bool isAlike)
    {
        length = 0;
        isAlike = false;
        var refusal = EspOpener.ReadTrailer(payload, out var trailer);
        if (refusal != DropReason.None)
        {
            return refusal;
        }

        var inner = trailer.Payload;
        if (_head.Matches(inner, out length) && outerTos == _outerTos && trailer.NextHeader == (_head.IsV4 ? IpProtocol.Ipv4 : IpProtocol.Ipv6))
        {
            isAlike = true;
            if (_isForwarded)
            {
                // That a hop is left was seen at the first packet, whose limit was the same.
                IpHopLimit.Decrement(inner);
            }

            return DropReason.None;
        }

        return LeaveFirst(inner, outerTos, trailer.NextHeader, out length);
    }

    // Apart, so that the way of the many has a small frame.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private DropReason LeaveFirst(Span<byte> inner, byte outerTos, byte nextHeader, out int length)
    {
        var isPlain = PlainHeader.TryRead(inner, out var head);
        var refusal = EspOpener.LeaveTunnel(inner, sa.Model, outerTos, nextHeader, out length);
        // A packet whose ECN field was changed is followed by none like it.
        var isFollowed = refusal == DropReason.None && isPlain && IpPacketView.TosOf(inner) == head.Tos;
        _head = isFollowed ? head : default;
        _outerTos = outerTos;
        // A packet that the peer itself made has lost no hop on the way here.
        _isForwarded = isFollowed && IpPacketView.TryView(inner, out var packet) && packet.Destination != sa.Model.Local && packet.Source != sa.Model.Remote;
        return refusal;
    }

    private DropReason JoinHeader(PacketBuffer buffer, int espAt)
    {
        var refusal = EspOpener.Unwrap(buffer, sa, espAt);
        _head = refusal == DropReason.None && PlainHeader.TryRead(buffer.Packet, out var head) ? head : default;
        return refusal;
    }

    // The header is compared as it will be: that of the packet around the ESP header, with the payload's first octets behind it.
    private readonly bool TryJoinHeader(PacketBuffer buffer, Span<byte> payload, int headerLength, int payloadAt)
    {
        if (headerLength != _head.IpLength || EspOpener.ReadTrailer(payload, out var trailer) != DropReason.None)
        {
            return false;
        }

        var header = buffer.Packet[..headerLength];
        if (!_head.Continues(header, trailer.NextHeader, trailer.Payload))
        {
            return false;
        }

        var length = headerLength + trailer.Payload.Length;
        buffer.TrimStart(payloadAt - headerLength);
        buffer.TrimTo(length);
        IpHeaderMove.Write(header, buffer.Packet, length, trailer.NextHeader);
        return true;
    }
}
