using System.Buffers.Binary;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Wire.Segments;

/// <summary>A TCP or UDP superframe read and summed up once, so that each of its packets costs a copy, a sum over its payload and a few words of header; writes what <see cref="SegmentSplitter"/> writes.</summary>
public readonly ref struct SegmentWriter
{
    // TCP: what only the first segment tells (RFC 3168 §6.1.2), and what only the last does.
    private const byte FirstOnly = TcpView.Cwr;
    private const byte LastOnly = TcpView.Fin | TcpView.Psh;

    private readonly ReadOnlySpan<byte> _superframe;
    private readonly int _headerLength;
    private readonly int _size;
    private readonly int _transportAt;
    private readonly bool _isV4;
    private readonly bool _isTcp;

    // Unfolded sums of all that is the same in every segment: of the IPv4 header, and of pseudo-header and transport header.
    private readonly ulong _ipSum;
    private readonly ulong _transportSum;
    private readonly ushort _identification;
    private readonly uint _sequence;
    private readonly byte _flags;

    /// <summary>Sums up a superframe whose header was read and, where that was called for, changed since.</summary>
    public SegmentWriter(ReadOnlySpan<byte> superframe, scoped in IpPacketView header, int size)
    {
        _superframe = superframe;
        _headerLength = header.Octets.Length;
        _size = size;
        Count = SegmentSplitter.Count(superframe.Length, _headerLength, size);
        _transportAt = header.PayloadAt;
        _isV4 = header.Version == IpVersion.V4;
        _isTcp = header.Protocol == IpProtocol.Tcp;
        var transport = header.Payload;
        _transportSum = InternetChecksum.PseudoHeader(header.Source, Ipv6RoutingHeader.FinalDestination(header), header.Protocol, 0);
        if (_isV4)
        {
            _identification = header.V4.Identification;
            _ipSum = InternetChecksum.Add(0, header.V4.Header) + (ushort)~header.V4.TotalLength + (ushort)~_identification + (ushort)~header.V4.Checksum;
        }

        if (_isTcp && TcpView.TryView(transport, out var tcp))
        {
            (_sequence, _flags) = (tcp.Sequence, tcp.Flags);
            _transportSum += InternetChecksum.Add(0, transport) + (ushort)~tcp.Checksum + (ushort)~(_sequence >> 16) + (ushort)~_sequence + (ushort)~(ushort)_flags;
            return;
        }

        // The ports; length and checksum differ.
        _transportSum += InternetChecksum.Add(0, transport[..4]);
    }

    /// <summary>Packets it stands for.</summary>
    public int Count { get; }

    /// <summary>Views the first <paramref name="headerLength"/> octets, as if they were all of the packet; false where they are not the headers of a TCP or UDP packet, or a fragment's. The length field of a superframe says nothing and is written over.</summary>
    public static bool TryReadHeader(Span<byte> superframe, int headerLength, out IpPacketView view)
    {
        view = default;
        if (headerLength < Ipv4View.MinimumHeaderLength || headerLength > superframe.Length)
        {
            return false;
        }

        var header = superframe[..headerLength];
        var version = (IpVersion)(header[0] >> 4);
        if (version is not (IpVersion.V4 or IpVersion.V6) || !IpLengthField.TrySet(header, version) || !IpPacketView.TryView(header, out view) || view.IsFragment)
        {
            return false;
        }

        return view.Protocol switch
        {
            IpProtocol.Tcp => TcpView.TryView(view.Payload, out var tcp) && tcp.HeaderLength == view.Payload.Length,
            IpProtocol.Udp => view.Payload.Length == UdpView.HeaderLength,
            _ => false,
        };
    }

    /// <summary>Octets of a packet.</summary>
    public int LengthOf(int index) => _headerLength + Math.Min(_size, _superframe.Length - _headerLength - (index * _size));

    /// <summary>Writes a packet over the front of the destination and returns its length; the destination has room for it.</summary>
    public int Write(int index, Span<byte> destination)
    {
        var length = LengthOf(index);
        var payload = _superframe.Slice(_headerLength + (index * _size), length - _headerLength);
        var segment = destination[..length];
        _superframe[.._headerLength].CopyTo(segment);
        payload.CopyTo(segment[_headerLength..]);
        WriteIp(segment, index);
        var sum = InternetChecksum.Add(_transportSum + (uint)(length - _transportAt), segment[_headerLength..]);
        if (_isTcp)
        {
            WriteTcp(segment[_transportAt..], index, sum);
        }
        else
        {
            WriteUdp(segment[_transportAt..], sum);
        }

        return length;
    }

    private void WriteIp(Span<byte> segment, int index)
    {
        if (!_isV4)
        {
            BinaryPrimitives.WriteUInt16BigEndian(segment[4..], (ushort)(segment.Length - Ipv6View.HeaderLength));
            return;
        }

        var v4 = Ipv4View.Trust(segment);
        var (length, identification) = ((ushort)segment.Length, (ushort)(_identification + index));
        v4.TotalLength = length;
        v4.Identification = identification;
        v4.Checksum = (ushort)~InternetChecksum.Fold(_ipSum + length + identification);
    }

    private void WriteTcp(Span<byte> transport, int index, ulong sum)
    {
        var sequence = _sequence + (uint)(index * _size);
        var absent = (index == 0 ? 0 : FirstOnly) | (index == Count - 1 ? 0 : LastOnly);
        var flags = (byte)(_flags & ~absent);
        BinaryPrimitives.WriteUInt32BigEndian(transport[4..], sequence);
        transport[TcpView.FlagsAt] = flags;
        var checksum = (ushort)~InternetChecksum.Fold(sum + (sequence >> 16) + (ushort)sequence + flags);
        BinaryPrimitives.WriteUInt16BigEndian(transport[TcpView.ChecksumAt..], checksum);
    }

    private static void WriteUdp(Span<byte> datagram, ulong sum)
    {
        var length = (ushort)datagram.Length;
        var checksum = (ushort)~InternetChecksum.Fold(sum + length);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[4..], length);
        // RFC 768: a computed 0 is sent as all ones.
        BinaryPrimitives.WriteUInt16BigEndian(datagram[UdpView.ChecksumAt..], checksum == 0 ? (ushort)0xFFFF : checksum);
    }
}
