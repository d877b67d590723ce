using System.Runtime.CompilerServices;
using IpsecDp.Crypto;
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
    private readonly IPacketCipher? _ivMaker = sa.Transform.IvMaker;
    private readonly EspGeometry _geometry = sa.Geometry;
    private readonly EspRoom _room = new(sa.Geometry);
    private PlainHeader _head;
    private IpHeaderMove _move;
    private bool _isForwarded;
    private byte _innerProtocol;
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
        if (!EspSealer.HasRoom(buffer, _room))
        {
            espAt = 0;
            return DropReason.NoBuffer;
        }

        espAt = _isTunnel ? Enclose(buffer, sequence) : Insert(buffer, sequence);
        return DropReason.None;
    }

    /// <summary>Does the same for neighbours that start like the one shaped before them, up to the first that does not; gives how many, and of each what is to be sealed. Whoever knows that they are alike and trimmed need not have it looked at again.</summary>
    public readonly int ShapeRun(ReadOnlySpan<PacketBuffer?> packets, ulong first, Span<PacketSlice> slices, bool areAlike)
    {
        var run = 0;
        for (areAlike &= _head.IsRead; run < packets.Length && packets[run] is { } packet; run++)
        {
            var length = packet.Length;
            if (!(areAlike || _head.Matches(packet.Packet, out length)) || length < _leastLength)
            {
                break;
            }

            packet.TrimTo(length);
            if (!EspSealer.HasRoom(packet, _room))
            {
                break;
            }

            var number = first + (ulong)run;
            var espAt = _isTunnel ? Enclose(packet, number) : Insert(packet, number);
            slices[run] = new PacketSlice(packet.Memory, packet.Offset + espAt, packet.Length - espAt, number);
        }

        return run;
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
            _move = new IpHeaderMove(buffer.Packet[..head.IpLength], sa.OuterProtocol);
        }

        var refusal = EspSealer.Shape(buffer, sa, sequence, out espAt);
        _head = isPlain && refusal == DropReason.None ? head : default;
        _innerProtocol = _head.IsV4 ? IpProtocol.Ipv4 : IpProtocol.Ipv6;
        return refusal;
    }

    // Gives where ESP starts.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int Enclose(PacketBuffer buffer, ulong sequence)
    {
        var length = buffer.Length;
        if (_isForwarded)
        {
            // That a hop is left was seen at the first packet, whose limit was the same.
            IpHopLimit.Decrement(buffer.Packet);
        }

        var trail = _geometry.Trail(length);
        var sealing = buffer.Grow(_geometry.OuterLength + _geometry.Lead, trail);
        sa.Outer.Write(sealing, _tos, TunnelHeader.Identification(sequence), length >= _wholeFrom);
        return EspSealer.Complete(sealing, sa, _ivMaker, sequence, _geometry.OuterLength, trail, _innerProtocol);
    }

    // Apart, because transport mode needs nothing of what a tunnel holds in registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly int Insert(PacketBuffer buffer, ulong sequence)
    {
        var header = buffer.Packet[.._head.IpLength];
        var trail = _geometry.Trail(buffer.Length - header.Length);
        var sealing = buffer.Grow(_geometry.Lead, trail);
        // Before the rest: the ESP header goes over what the IP header leaves.
        _move.Write(header, sealing, sealing.Length);
        return EspSealer.Complete(sealing, sa, _ivMaker, sequence, header.Length, trail, _head.Protocol);
    }
}
