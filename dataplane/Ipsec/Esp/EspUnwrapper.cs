using System.Runtime.CompilerServices;
using IpsecDp.Ipsec.Flow;
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
    private IpHeaderMove _move;
    private byte _outerTos;
    private byte _innerProtocol;
    private bool _isForwarded;

    /// <summary>Takes outer header, ESP header and trailer off; <paramref name="isAlike"/> says that the packet is of the flow of the one before.</summary>
    public DropReason Unwrap(PacketBuffer buffer, int espAt, out bool isAlike)
    {
        var payloadAt = espAt + EspView.HeaderLength + sa.Geometry.IvLength;
        if (!_isTunnel)
        {
            return LeaveTransport(buffer, espAt, payloadAt, out isAlike);
        }

        isAlike = TryLeaveTunnel(buffer, payloadAt);
        if (isAlike)
        {
            return DropReason.None;
        }

        var octets = buffer.Packet;
        var refusal = LeaveFirst(octets[payloadAt..^sa.Geometry.IcvLength], IpPacketView.TosOf(octets), out var length);
        if (refusal == DropReason.None)
        {
            Shrink(buffer, payloadAt, length);
        }

        return refusal;
    }

    /// <summary>Does the same for those behind the first that are of the flow of the one unwrapped before and have the next numbers, up to one that is not, was not opened or came through another SA before; gives how many.</summary>
    public readonly int UnwrapRun(ReadOnlySpan<PacketBuffer?> packets, ReadOnlySpan<bool> opened, Span<OpenEntry> entries, int flow)
    {
        if (sa.Translation is not null)
        {
            return 0;
        }

        var (number, espAt) = (entries[0].Number, entries[0].HeaderAt);
        var payloadAt = espAt + EspView.HeaderLength + sa.Geometry.IvLength;
        var headerLength = espAt - sa.Geometry.EncapsulationLength;
        var next = 1;
        for (; next < packets.Length; next++)
        {
            ref var entry = ref entries[next];
            var packet = packets[next]!;
            if (!opened[next] || entry.Number != ++number || entry.HeaderAt != espAt || packet.Trail.Depth != 0
                || !(_isTunnel ? TryLeaveTunnel(packet, payloadAt) : TryJoinHeader(packet, headerLength, payloadAt)))
            {
                break;
            }

            (entry.FlowOf, entry.Length) = (flow, packet.Length);
        }

        return next - 1;
    }

    private DropReason LeaveTransport(PacketBuffer buffer, int espAt, int payloadAt, out bool isAlike)
    {
        isAlike = TryJoinHeader(buffer, espAt - sa.Geometry.EncapsulationLength, payloadAt);
        var joined = isAlike ? DropReason.None : JoinHeader(buffer, espAt);
        if (joined == DropReason.None && sa.Translation is { } translation && IpPacketView.TryView(buffer.Packet, out var packet))
        {
            translation.Mend(packet);
        }

        return joined;
    }

    /// <summary>Looks at the packet in a tunnel's opened payload, its trailer included, and carries ECN and hop limit over; <paramref name="length"/> is the packet's own.</summary>
    public DropReason LeaveTunnel(Span<byte> payload, byte outerTos, out int length) =>
        IsNext(payload, outerTos, out length) ? DropReason.None : LeaveFirst(payload, outerTos, out length);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool TryLeaveTunnel(PacketBuffer buffer, int payloadAt)
    {
        var octets = buffer.Packet;
        if (!IsNext(octets[payloadAt..^sa.Geometry.IcvLength], IpPacketView.TosOf(octets), out var length))
        {
            return false;
        }

        Shrink(buffer, payloadAt, length);
        return true;
    }

    // Whether the payload is a packet like the one before, which has then lost its hop.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool IsNext(Span<byte> payload, byte outerTos, out int length)
    {
        length = 0;
        if (EspOpener.ReadTrailer(payload, out var trailer) != DropReason.None || !_head.Matches(trailer.Payload, out length)
            || outerTos != _outerTos || trailer.NextHeader != _innerProtocol)
        {
            return false;
        }

        if (_isForwarded)
        {
            // That a hop is left was seen at the first packet, whose limit was the same.
            IpHopLimit.Decrement(payload);
        }

        return true;
    }

    private DropReason LeaveFirst(Span<byte> payload, byte outerTos, out int length)
    {
        length = 0;
        var refusal = EspOpener.ReadTrailer(payload, out var trailer);
        if (refusal != DropReason.None)
        {
            return refusal;
        }

        var inner = trailer.Payload;
        var isPlain = PlainHeader.TryRead(inner, out var head);
        refusal = EspOpener.LeaveTunnel(inner, sa.Model, outerTos, trailer.NextHeader, out length);
        // A packet whose ECN field was changed is followed by none like it.
        var isFollowed = refusal == DropReason.None && isPlain && IpPacketView.TosOf(inner) == head.Tos;
        _head = isFollowed ? head : default;
        (_outerTos, _innerProtocol) = (outerTos, trailer.NextHeader);
        // A packet that the peer itself made has lost no hop on the way here.
        _isForwarded = isFollowed && IpPacketView.TryView(inner, out var packet) && packet.Destination != sa.Model.Local && packet.Source != sa.Model.Remote;
        return refusal;
    }

    // What lies behind the packet's own length is padding: the trailer's, or that of RFC 4303 §2.7.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Shrink(PacketBuffer buffer, int payloadAt, int length)
    {
        buffer.TrimStart(payloadAt);
        buffer.TrimTo(length);
    }

    private DropReason JoinHeader(PacketBuffer buffer, int espAt)
    {
        var refusal = EspOpener.Unwrap(buffer, sa, espAt);
        _head = refusal == DropReason.None && PlainHeader.TryRead(buffer.Packet, out var head) ? head : default;
        if (_head.IsRead)
        {
            _move = new IpHeaderMove(buffer.Packet[.._head.IpLength], _head.Protocol);
        }

        return refusal;
    }

    // The header is compared as it will be: that of the packet around the ESP header, with the payload's first octets behind it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool TryJoinHeader(PacketBuffer buffer, int headerLength, int payloadAt)
    {
        var octets = buffer.Packet;
        if (headerLength != _head.IpLength || EspOpener.ReadTrailer(octets[payloadAt..^sa.Geometry.IcvLength], out var trailer) != DropReason.None)
        {
            return false;
        }

        var header = octets[..headerLength];
        if (!_head.Continues(header, trailer.NextHeader, trailer.Payload))
        {
            return false;
        }

        var length = headerLength + trailer.Payload.Length;
        Shrink(buffer, payloadAt - headerLength, length);
        _move.Write(header, buffer.Packet, length);
        return true;
    }
}
