using IpsecDp.Crypto;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Ipsec;
using IpsecDp.Wire.Segments;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Ipsec.Esp;

/// <summary>Divides a clear superframe, seals each packet of it and leaves them back to back as cipher superframes, which a UDP socket sends in one piece.</summary>
internal ref struct SuperframeSealer
{
    private readonly OutboundSa _sa;
    private readonly IPacketCipher? _ivMaker;
    private readonly SegmentWriter _segments;
    private readonly byte _tos;
    private readonly int _wholeFrom;
    private readonly byte _innerProtocol;
    private int _next;

    private SuperframeSealer(OutboundSa sa, PacketBuffer superframe, scoped in IpPacketView header)
    {
        _sa = sa;
        _ivMaker = sa.Transform.IvMaker;
        _segments = new SegmentWriter(superframe.Packet, header, superframe.Segments.Size);
        (_tos, _wholeFrom) = TunnelHeader.MarkingOf(header, sa.Model);
        _innerProtocol = header.Version == IpVersion.V4 ? IpProtocol.Ipv4 : IpProtocol.Ipv6;
    }

    /// <summary>Packets not sealed yet.</summary>
    public readonly int Left => _segments.Count - _next;

    /// <summary>Packets sealed.</summary>
    public readonly int Done => _next;

    /// <summary>Whether the packets of an SA may lie back to back: in a tunnel under UDP, where all of a superframe become equally long.</summary>
    public static bool Serves(SaModel model) =>
        model is { Protocol: SaProtocol.Esp, Mode: SaMode.Tunnel, Encapsulation: not null, TrafficFlowPadding: 0 };

    /// <summary>Reads a superframe of at least one segment and takes a hop off where it is forwarded.</summary>
    public static DropReason Begin(PacketBuffer superframe, OutboundSa sa, out SuperframeSealer sealer)
    {
        sealer = default;
        var segments = superframe.Segments;
        if (segments.Size == 0 || !SegmentWriter.TryReadHeader(superframe.Packet, segments.HeaderLength, out var header))
        {
            return DropReason.Malformed;
        }

        if (!TunnelHeader.TryDecrementHopLimit(header, sa.Model.Local))
        {
            return DropReason.HopLimitExceeded;
        }

        sealer = new SuperframeSealer(sa, superframe, header);
        // A frame that is empty must take at least one.
        return sealer.HeaderLength + sealer.SealedLength(sealer._segments.LengthOf(0)) <= Ipv4View.MaximumLength ? DropReason.None : DropReason.NoBuffer;
    }

    /// <summary>Whether the next packets may lie behind those of a frame that another superframe left unfilled: equally long, under the same header, the last of them whole.</summary>
    public readonly bool MayContinue(PacketBuffer frame)
    {
        var size = SealedLength(_segments.LengthOf(_next));
        var filled = frame.Length - HeaderLength;
        return filled % size == 0
            && (frame.Segments.Kind == SegmentKind.None ? filled : frame.Segments.Size) == size
            && frame.Length + size <= Ipv4View.MaximumLength
            && IpPacketView.TryView(frame.Packet, out var header)
            && header.Tos == _tos
            && (header.Version == IpVersion.V6 || header.DontFragment == IsWhole);
    }

    /// <summary>Fills a frame, empty or one that may be continued, with as many sealed packets as an IP packet holds; <paramref name="first"/> is the number of the superframe's first packet.</summary>
    public void Fill(PacketBuffer frame, ulong first, Span<PacketSlice> slices)
    {
        var size = SealedLength(_segments.LengthOf(_next));
        var used = Math.Max(frame.Length, HeaderLength);
        var end = Math.Min(_segments.Count, _next + ((Ipv4View.MaximumLength - used) / size));
        var identification = TunnelHeader.Identification(first + (ulong)_next);
        var isWhole = IsWhole;
        var (at, count, sliced) = (frame.Offset + used, ((used - HeaderLength) / size) + end - _next, 0);
        for (; _next < end; _next++)
        {
            var slice = ShapeSegment(frame.Memory, at, first + (ulong)_next);
            slices[sliced++] = slice;
            at += slice.Length;
            if (sliced == slices.Length || _next == end - 1)
            {
                _sa.Transform.Cipher.SealMany(slices[..sliced]);
                sliced = 0;
            }
        }

        var packet = frame.SetLength(at - frame.Offset);
        var ports = _sa.Model.Encapsulation!.Value;
        UdpView.Write(packet[_sa.Geometry.OuterLength..], ports.LocalPort, ports.RemotePort);
        _sa.Outer.Write(packet, _tos, identification, isWhole);
        frame.Segments = count > 1 ? new Segmentation(SegmentKind.Udp, (ushort)size, (ushort)HeaderLength, IsChecksumMissing: false) : Segmentation.None;
    }

    private readonly int HeaderLength => _sa.Geometry.OuterLength + UdpView.HeaderLength;

    private readonly bool IsWhole => _segments.LengthOf(_next) >= _wholeFrom;

    private readonly int SealedLength(int length) => EspView.HeaderLength + _sa.Geometry.IvLength + length + _sa.Geometry.Trail(length);

    private readonly PacketSlice ShapeSegment(byte[] memory, int at, ulong number)
    {
        var geometry = _sa.Geometry;
        var innerLength = _segments.LengthOf(_next);
        var octets = memory.AsSpan(at, SealedLength(innerLength));
        var esp = EspView.Write(octets, _sa.Model.Spi, (uint)number);
        if (_ivMaker is null)
        {
            esp.WriteIv(number);
        }
        else
        {
            _ivMaker.WriteIv(esp.Body[..geometry.IvLength], number);
        }

        var innerAt = EspView.HeaderLength + geometry.IvLength;
        _segments.Write(_next, octets[innerAt..]);
        EspTrailerView.Write(octets[(innerAt + innerLength)..^geometry.IcvLength], _innerProtocol);
        // The next packet begins where this one ends.
        return new PacketSlice(memory, at, octets.Length, number, Room: 0);
    }
}
