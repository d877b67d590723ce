using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Adapters.Linux;

/// <summary>A packet that may be part of a superframe, its headers read once.</summary>
internal readonly ref struct MergeCandidate
{
    private readonly IpPacketView _packet;
    private readonly TcpView _tcp;
    private readonly UdpView _udp;

    private MergeCandidate(IpPacketView packet, TcpView tcp)
    {
        _packet = packet;
        _tcp = tcp;
        Kind = SegmentKind.Tcp;
        HeaderLength = packet.PayloadAt + tcp.HeaderLength;
    }

    private MergeCandidate(IpPacketView packet, UdpView udp)
    {
        _packet = packet;
        _udp = udp;
        Kind = SegmentKind.Udp;
        HeaderLength = packet.PayloadAt + UdpView.HeaderLength;
    }

    /// <summary>What it would be a segment of.</summary>
    public SegmentKind Kind { get; }

    /// <summary>Octets before its payload.</summary>
    public int HeaderLength { get; }

    /// <summary>Octets of the packet.</summary>
    public int Length => _packet.Octets.Length;

    /// <summary>Octets of its payload, at least one.</summary>
    public int PayloadLength => Length - HeaderLength;

    /// <summary>Reads the headers; false for what must travel alone: fragments, options and extensions, flags that speak of one segment, and what carries nothing.</summary>
    public static bool TryRead(PacketBuffer? buffer, out MergeCandidate candidate)
    {
        candidate = default;
        if (buffer is null || buffer.Segments != Segmentation.None || !IpPacketView.TryView(buffer.Packet, out var packet))
        {
            return false;
        }

        // Octets behind the stated length would slip into the next packet's payload.
        var plainHeader = packet.Version == IpVersion.V4 ? Ipv4View.MinimumHeaderLength : Ipv6View.HeaderLength;
        if (packet.Octets.Length != buffer.Length || packet.PayloadAt != plainHeader || packet.IsFragment)
        {
            return false;
        }

        // SYN, RST, URG and CWR speak of one segment; data with ACK is what streams are made of.
        if (packet.Protocol == IpProtocol.Tcp && TcpView.TryView(packet.Payload, out var tcp))
        {
            candidate = new MergeCandidate(packet, tcp);
            return (tcp.Flags & ~(TcpView.Psh | TcpView.Fin | TcpView.Ece)) == TcpView.Ack && candidate.PayloadLength > 0;
        }

        // A datagram without a checksum would leave with one.
        if (packet.Protocol == IpProtocol.Udp && UdpView.TryView(packet.Payload, out var udp))
        {
            candidate = new MergeCandidate(packet, udp);
            return udp.Length == packet.Payload.Length && udp.Checksum != 0 && candidate.PayloadLength > 0;
        }

        return false;
    }

    /// <summary>Whether its checksums are right: the superframe's are declared right by whoever hands it over, so a wrong one must travel alone to be seen.</summary>
    public bool HasRightSums()
    {
        var sum = InternetChecksum.PseudoHeader(_packet.Source, _packet.Destination, _packet.Protocol, _packet.Payload.Length);
        return InternetChecksum.Fold(InternetChecksum.Add(sum, _packet.Payload)) == 0xFFFF && (_packet.Version == IpVersion.V6 || _packet.V4.HasRightChecksum());
    }

    /// <summary>Whether nothing may follow it in a superframe of segments of <paramref name="size"/> octets: a short segment, PSH and FIN belong at the end, because splitting puts them there.</summary>
    public bool Closes(int size) =>
        PayloadLength < size || (Kind == SegmentKind.Tcp && (_tcp.Flags & (TcpView.Psh | TcpView.Fin)) != 0);

    /// <summary>Whether splitting a superframe that begins with <paramref name="first"/> would give this as packet <paramref name="index"/>.</summary>
    public bool Continues(in MergeCandidate first, int size, int index) =>
        Kind == first.Kind
        && PayloadLength <= size
        && (Kind == SegmentKind.Tcp ? ContinuesTcp(first._tcp, size, index) : _udp.SourcePort == first._udp.SourcePort && _udp.DestinationPort == first._udp.DestinationPort)
        && HasSameNetworkHeader(first._packet, index);

    private bool HasSameNetworkHeader(in IpPacketView first, int index)
    {
        if (first.Version != _packet.Version || first.Tos != _packet.Tos || first.HopLimit != _packet.HopLimit || first.Source != _packet.Source || first.Destination != _packet.Destination)
        {
            return false;
        }

        if (first.Version == IpVersion.V6)
        {
            return first.V6.FlowLabel == _packet.V6.FlowLabel;
        }

        // RFC 6864 §4.1: with DF set the identification says nothing; without it, it must be what splitting writes.
        return first.V4.FragmentWord == _packet.V4.FragmentWord
            && (first.DontFragment || _packet.V4.Identification == (ushort)(first.V4.Identification + index));
    }

    private bool ContinuesTcp(in TcpView first, int size, int index) =>
        _tcp.Sequence == first.Sequence + (uint)(size * index)
        && _tcp.SourcePort == first.SourcePort
        && _tcp.DestinationPort == first.DestinationPort
        && _tcp.Acknowledgment == first.Acknowledgment
        && _tcp.Window == first.Window
        && _tcp.UrgentPointer == first.UrgentPointer
        // Data offset and the reserved bits beside it.
        && _tcp.Octets[12] == first.Octets[12]
        && ((_tcp.Flags ^ first.Flags) & ~(TcpView.Psh | TcpView.Fin)) == 0
        && _tcp.Options.SequenceEqual(first.Options);
}
