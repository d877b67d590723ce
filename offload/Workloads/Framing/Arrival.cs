using System.Buffers.Binary;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Workloads.Framing;

/// <summary>An arrived TCP segment or UDP datagram in its IP packet; exists only if all headers are whole. Checksums are looked at by <see cref="HasRightChecksums"/>.</summary>
internal readonly ref struct Arrival
{
    private readonly bool _isChecksumMissing;

    private Arrival(IpPacketView packet, int length, ReadOnlySpan<byte> payload, bool isChecksumMissing)
    {
        Packet = packet;
        Length = length;
        Payload = payload;
        _isChecksumMissing = isChecksumMissing;
    }

    /// <summary>The IP packet.</summary>
    public IpPacketView Packet { get; }

    /// <summary>Octets that arrived, which may be more than the IP header claims.</summary>
    public int Length { get; }

    /// <summary>What follows the UDP or TCP header.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>The UDP or TCP header with its payload.</summary>
    public Span<byte> Transport => Packet.Payload;

    public ushort SourcePort => BinaryPrimitives.ReadUInt16BigEndian(Transport);

    public ushort DestinationPort => BinaryPrimitives.ReadUInt16BigEndian(Transport[2..]);

    /// <summary>Looks at the packet; false when it is not whole, a fragment, or neither TCP nor UDP.</summary>
    public static bool TryRead(Span<byte> octets, bool isChecksumMissing, out Arrival arrival)
    {
        arrival = default;
        if (!IpPacketView.TryView(octets, out var packet) || packet.IsFragment)
        {
            return false;
        }

        if (packet.Protocol == IpProtocol.Udp && UdpView.TryView(packet.Payload, out var udp))
        {
            arrival = new(packet, octets.Length, udp.Payload, isChecksumMissing);
            return true;
        }

        if (packet.Protocol == IpProtocol.Tcp && TcpView.TryView(packet.Payload, out var tcp))
        {
            arrival = new(packet, octets.Length, tcp.Payload, isChecksumMissing);
            return true;
        }

        return false;
    }

    /// <summary>Whether the IPv4 header's and the transport's checksum are right; the workload sends none without.</summary>
    public bool HasRightChecksums()
    {
        if (Packet.Version == IpVersion.V4 && !Packet.V4.HasRightChecksum())
        {
            return false;
        }

        if (_isChecksumMissing)
        {
            return true;
        }

        var transport = Transport;
        if (Packet.Protocol == IpProtocol.Udp && BinaryPrimitives.ReadUInt16BigEndian(transport[UdpView.ChecksumAt..]) == 0)
        {
            return false;
        }

        var pseudo = InternetChecksum.PseudoHeader(Packet.Source, Packet.Destination, Packet.Protocol, transport.Length);
        return InternetChecksum.Fold(InternetChecksum.Add(pseudo, transport)) == ushort.MaxValue;
    }
}
