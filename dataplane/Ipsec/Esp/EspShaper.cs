using IpsecDp.Crypto;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ipsec.Esp;

/// <summary>Shapes the packets of one job: what <see cref="EspSealer"/> found out about a packet holds for those behind it that start alike.</summary>
internal struct EspShaper(OutboundSa sa)
{
    private PlainHeader _head;
    private bool _isForwarded;
    private byte _tos;
    private int _wholeFrom;

    /// <summary>Writes headers, IV and trailer around the packet; <paramref name="slice"/> is what the cipher then seals.</summary>
    public DropReason Shape(PacketBuffer buffer, ulong sequence, out PacketSlice slice)
    {
        if (!_head.Matches(buffer.Packet, out var length) || length < sa.Model.TrafficFlowPadding)
        {
            return ShapeFirst(buffer, sequence, out slice);
        }

        buffer.TrimTo(length);
        if (!EspSealer.HasRoom(buffer, sa.Geometry))
        {
            slice = default;
            return DropReason.NoBuffer;
        }

        slice = sa.Model.Mode == SaMode.Tunnel ? Enclose(buffer, sequence) : Insert(buffer, sequence);
        return DropReason.None;
    }

    private DropReason ShapeFirst(PacketBuffer buffer, ulong sequence, out PacketSlice slice)
    {
        var isPlain = PlainHeader.TryRead(buffer.Packet, out var head);
        if (isPlain && IpPacketView.TryView(buffer.Packet, out var packet))
        {
            _isForwarded = packet.Source != sa.Model.Local;
            (_tos, _wholeFrom) = TunnelHeader.MarkingOf(packet, sa.Model);
        }

        var refusal = EspSealer.Shape(buffer, sa, sequence, out slice);
        _head = isPlain && refusal == DropReason.None ? head : default;
        return refusal;
    }

    private readonly PacketSlice Enclose(PacketBuffer buffer, ulong sequence)
    {
        var inner = buffer.Packet;
        if (_isForwarded)
        {
            // That a hop is left was seen at the first packet, whose limit was the same.
            IpHopLimit.Decrement(inner);
        }

        buffer.Prepend(sa.Geometry.OuterLength + sa.Geometry.Lead);
        var slice = EspSealer.Complete(buffer, sa, sequence, sa.Geometry.OuterLength, _head.IsV4 ? IpProtocol.Ipv4 : IpProtocol.Ipv6);
        sa.Outer.Write(buffer.Packet, _tos, TunnelHeader.Identification(sequence), inner.Length >= _wholeFrom);
        return slice;
    }

    private readonly PacketSlice Insert(PacketBuffer buffer, ulong sequence)
    {
        var header = buffer.Packet[.._head.IpLength];
        var length = buffer.Length + sa.Geometry.Lead + sa.Geometry.Trail(buffer.Length - header.Length);
        buffer.Prepend(sa.Geometry.Lead);
        // Before the rest: the ESP header goes over what the IP header leaves.
        IpHeaderMove.Write(header, buffer.Packet, length, sa.OuterProtocol);
        return EspSealer.Complete(buffer, sa, sequence, header.Length, _head.Protocol);
    }
}
