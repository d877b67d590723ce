using System.Buffers.Binary;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Wire.Segments;

/// <summary>Packets of one flow that follow one another so closely that one superframe can stand for them, by the rules of the kernel's own GRO: splitting it gives the same packets back.</summary>
/// <remarks>Only packets whose checksums are right take part, because whoever hands a superframe over declares them right.</remarks>
public ref struct SegmentRun
{
    // SYN, RST, URG and CWR speak of one segment; data with ACK is what streams are made of.
    private const byte Passing = TcpView.Psh | TcpView.Fin;
    private const byte Joinable = Passing | TcpView.Ece;

    private Span<byte> _first;
    private readonly int _transportAt;
    private readonly bool _isV4;
    private readonly ulong _pseudoSum;
    private readonly uint _sequence;
    private byte _passing;
    private bool _isClosed;

    private SegmentRun(Span<byte> first, int transportAt, int headerLength, bool isTcp, ulong pseudoSum)
    {
        _first = first;
        _transportAt = transportAt;
        _isV4 = first[0] >> 4 == (int)IpVersion.V4;
        _pseudoSum = pseudoSum;
        IsTcp = isTcp;
        HeaderLength = headerLength;
        Size = first.Length - headerLength;
        Length = first.Length;
        Count = 1;
        _sequence = isTcp ? BinaryPrimitives.ReadUInt32BigEndian(first[(transportAt + 4)..]) : 0;
        _passing = isTcp ? (byte)(first[transportAt + TcpView.FlagsAt] & Passing) : (byte)0;
        _isClosed = _passing != 0;
    }

    /// <summary>Whether the packets are TCP segments, else UDP datagrams.</summary>
    public bool IsTcp { get; }

    /// <summary>Octets of IP and transport header.</summary>
    public int HeaderLength { get; }

    /// <summary>Octets of payload of each packet but the last, which may have fewer.</summary>
    public int Size { get; }

    /// <summary>Packets so far.</summary>
    public int Count { get; private set; }

    /// <summary>Octets of the superframe so far.</summary>
    public int Length { get; private set; }

    /// <summary>Begins a run with a packet that fills its octets; false for one that stays alone: options, extensions, fragments, other protocols, no payload. Its checksums are looked at when another packet joins: alone it needs none.</summary>
    public static bool TryBegin(Span<byte> packet, out SegmentRun run)
    {
        run = default;
        if (!IpPacketView.TryView(packet, out var view) || view.Octets.Length != packet.Length || view.IsFragment
            || view.PayloadAt != (view.Version == IpVersion.V4 ? Ipv4View.MinimumHeaderLength : Ipv6View.HeaderLength)
            || !TryReadTransport(view, out var isTcp, out var transportLength))
        {
            return false;
        }

        // Of the pseudo-header only the length differs inside a run.
        var pseudoSum = InternetChecksum.PseudoHeader(view.Source, view.Destination, view.Protocol, 0);
        run = new SegmentRun(packet, view.PayloadAt, view.PayloadAt + transportLength, isTcp, pseudoSum);
        return true;
    }

    /// <summary>Adds the packet that follows; false where it does not belong, and then the run is as it was.</summary>
    public bool TryJoin(Span<byte> next, int mostPackets)
    {
        var mayJoin = MayJoin(next, mostPackets);
        if (mayJoin)
        {
            Join(next);
        }

        return mayJoin;
    }

    /// <summary>Whether the packet that follows belongs to the run.</summary>
    public readonly bool MayJoin(Span<byte> next, int mostPackets)
    {
        var payloadLength = next.Length - HeaderLength;
        // Headers are compared first, because sums cost the most.
        return !_isClosed && Count < mostPackets && payloadLength > 0 && payloadLength <= Size && Length + payloadLength <= Ipv4View.MaximumLength
            && HasSameIpHeader(next) && (IsTcp ? ContinuesTcp(next) : ContinuesUdp(next))
            && (Count > 1 || HasRightSums(_first)) && HasRightSums(next);
    }

    /// <summary>Adds the packet that follows and belongs to the run.</summary>
    public void Join(ReadOnlySpan<byte> next)
    {
        var payloadLength = next.Length - HeaderLength;
        // A short segment, PSH and FIN belong at a superframe's end, because splitting puts them there.
        _passing = IsTcp ? (byte)(next[_transportAt + TcpView.FlagsAt] & Passing) : (byte)0;
        _isClosed = payloadLength < Size || _passing != 0;
        Length += payloadLength;
        Count++;
    }

    /// <summary>Tells the run where its first packet lies now.</summary>
    public void Move(Span<byte> first) => _first = first;

    /// <summary>Gives the first packet's header what only the last one says (PSH, FIN), so that it can stand before the whole; its lengths and checksums are the splitter's matter.</summary>
    public readonly void WriteFlags()
    {
        if (IsTcp)
        {
            _first[_transportAt + TcpView.FlagsAt] |= _passing;
        }
    }

    private static bool TryReadTransport(in IpPacketView view, out bool isTcp, out int headerLength)
    {
        (isTcp, headerLength) = (view.Protocol == IpProtocol.Tcp, UdpView.HeaderLength);
        if (isTcp)
        {
            if (!TcpView.TryView(view.Payload, out var tcp) || (tcp.Flags & ~Joinable) != TcpView.Ack || tcp.Payload.IsEmpty)
            {
                return false;
            }

            headerLength = tcp.HeaderLength;
            return true;
        }

        // A datagram without a checksum would leave with one.
        return view.Protocol == IpProtocol.Udp && UdpView.TryView(view.Payload, out var udp)
            && udp.Length == view.Payload.Length && udp.Checksum != 0 && !udp.Payload.IsEmpty;
    }

    // Everything but lengths, identification and checksum; the stated length is the packet's own.
    private readonly bool HasSameIpHeader(Span<byte> next)
    {
        if (!_isV4)
        {
            return BinaryPrimitives.ReadUInt16BigEndian(next[4..]) == next.Length - Ipv6View.HeaderLength
                && next[..4].SequenceEqual(_first[..4]) && next[6..Ipv6View.HeaderLength].SequenceEqual(_first[6..Ipv6View.HeaderLength]);
        }

        const ulong WithoutLengths = 0xFFFF_0000_0000_FFFF;
        const ulong WithoutChecksum = 0xFFFF_0000_FFFF_FFFF;
        const ulong DontFragment = 0x4000;
        var (word, first) = (BinaryPrimitives.ReadUInt64BigEndian(next), BinaryPrimitives.ReadUInt64BigEndian(_first));
        return ((word ^ first) & WithoutLengths) == 0
            && ((BinaryPrimitives.ReadUInt64BigEndian(next[8..]) ^ BinaryPrimitives.ReadUInt64BigEndian(_first[8..])) & WithoutChecksum) == 0
            && BinaryPrimitives.ReadUInt32BigEndian(next[16..]) == BinaryPrimitives.ReadUInt32BigEndian(_first[16..])
            && (ushort)(word >> 32) == next.Length
            // RFC 6864 §4.1: with DF set the identification says nothing; without it, it must be what splitting writes.
            && ((first & DontFragment) != 0 || (ushort)(word >> 16) == (ushort)((first >> 16) + (uint)Count));
    }

    private readonly bool ContinuesTcp(Span<byte> next)
    {
        const int SequenceEnd = 8;
        var one = _first[_transportAt..HeaderLength];
        var other = next[_transportAt..HeaderLength];
        var flags = other[TcpView.FlagsAt];
        return BinaryPrimitives.ReadUInt32BigEndian(other[4..]) == _sequence + (uint)(Length - HeaderLength)
            && BinaryPrimitives.ReadUInt32BigEndian(other) == BinaryPrimitives.ReadUInt32BigEndian(one)
            // Acknowledgment, data offset and the reserved bits beside it.
            && other[SequenceEnd..TcpView.FlagsAt].SequenceEqual(one[SequenceEnd..TcpView.FlagsAt])
            && ((flags ^ one[TcpView.FlagsAt]) & ~Passing) == 0
            && other[(TcpView.FlagsAt + 1)..TcpView.ChecksumAt].SequenceEqual(one[(TcpView.FlagsAt + 1)..TcpView.ChecksumAt])
            && other[(TcpView.ChecksumAt + 2)..].SequenceEqual(one[(TcpView.ChecksumAt + 2)..]);
    }

    private readonly bool ContinuesUdp(Span<byte> next)
    {
        var one = _first[_transportAt..];
        var other = next[_transportAt..];
        return BinaryPrimitives.ReadUInt32BigEndian(other) == BinaryPrimitives.ReadUInt32BigEndian(one)
            && BinaryPrimitives.ReadUInt16BigEndian(other[4..]) == other.Length
            && BinaryPrimitives.ReadUInt16BigEndian(other[UdpView.ChecksumAt..]) != 0;
    }

    private readonly bool HasRightSums(Span<byte> packet) =>
        (!_isV4 || InternetChecksum.ComputeWords(packet[..Ipv4View.MinimumHeaderLength]) == 0)
        && InternetChecksum.Fold(InternetChecksum.Add(_pseudoSum + (uint)(packet.Length - _transportAt), packet[_transportAt..])) == 0xFFFF;
}
