using System.Runtime.CompilerServices;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ipsec.Esp;

/// <summary>Shapes the packets of one job: what <see cref="EspSealer"/> found out about a packet holds for those behind it that start alike.</summary>
internal struct EspShaper(OutboundSa sa)
{
    private readonly bool _isTunnel = sa.Model.Mode == SaMode.Tunnel;
    private readonly int _leastLength = sa.Model.TrafficFlowPadding;
    private PlainHeader _head;
    private bool _isForwarded;
    private byte _tos;
    private int _wholeFrom;

    /// <summary>Writes headers, IV and trailer around the packet; the cipher then seals what lies from <paramref name="espAt"/> on.</summary>
    public DropReason Shape(PacketBuffer buffer, ulong sequence, out int espAt)
    {
        if (!_head.Matches(buffer.Packet, out var length) || length < _leastLength)
        {
            return ShapeFirst(buffer, sequence, out espAt);
        }

        buffer.TrimTo(length);
        if (!EspSealer.HasRoom(buffer, sa.Geometry))
        {
            espAt = 0;
            return DropReason.NoBuffer;
        }

        espAt = _isTunnel ? Enclose(buffer, sequence) : Insert(buffer, sequence);
        return DropReason.None;
    }

    // Apart, so that the way of the many has a small frame.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private DropReason ShapeFirst(PacketBuffer buffer, ulong sequence, out int espAt)
    {
        var isPlain = PlainHeader.TryRead(buffer.Packet, out var head);
        if (isPlain && IpPacketView.TryView(buffer.Packet, out var packet))
        {
            _isForwarded = packet.Source != sa.Model.Local;
            (_tos, _wholeFrom) = TunnelHeader.MarkingOf(packet, sa.Model);
        }

        var refusal = EspSealer.Shape(buffer, sa, sequence, out espAt);
        _head = isPlain && refusal == DropReason.None ? head : default;
        return refusal;
    }

    private readonly int Enclose(PacketBuffer buffer, ulong sequence)
    {
        var length = buffer.Length;
        if (_isForwarded)
        {
            // That a hop is left was seen at the first packet, whose limit was the same.
            IpHopLimit.Decrement(buffer.Packet);
        }

        buffer.Prepend(sa.Geometry.OuterLength + sa.Geometry.Lead);
        var espAt = EspSealer.Complete(buffer, sa, sequence, sa.Geometry.OuterLength, _head.IsV4 ? IpProtocol.Ipv4 : IpProtocol.Ipv6);
        sa.Outer.Write(buffer.Packet, _tos, TunnelHeader.Identification(sequence), length >= _wholeFrom);
        return espAt;
    }

    private readonly int Insert(PacketBuffer buffer, ulong sequence)
    {
        var header = buffer.Packet[.._head.IpLength];
        var length = buffer.Length + sa.Geometry.Lead + sa.Geometry.Trail(buffer.Length - header.Length);
        buffer.Prepend(sa.Geometry.Lead);
        // Before the rest: the ESP header goes over what the IP header leaves.
        IpHeaderMove.Write(header, buffer.Packet, length, sa.OuterProtocol);
        return EspSealer.Complete(buffer, sa, sequence, header.Length, _head.Protocol);
    }
}
