using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Adapters.Sockets;

/// <summary>What a UDP socket needs of a packet that carries its own IP and UDP header: the payload, and the header fields as options of the call.</summary>
internal readonly unsafe struct OutgoingDatagram
{
    private OutgoingDatagram(in OutgoingDatagram whole, int at, int length)
    {
        this = whole;
        Payload = whole.Payload + at;
        Length = length;
        SegmentSize = Math.Min(whole.SegmentSize, length);
    }

    private OutgoingDatagram(in IpPacketView packet, ushort port, byte* payload, int length, int segmentSize)
    {
        Origin = new PacketOrigin(payload - HeaderLength(packet.Version == IpVersion.V4), packet.Octets.Length);
        Source = packet.Source;
        Destination = packet.Destination;
        Port = port;
        Tos = packet.Tos;
        DontFragment = packet.DontFragment;
        Payload = payload;
        Length = length;
        SegmentSize = segmentSize;
    }

    public IpAddress Source { get; }

    public IpAddress Destination { get; }

    /// <summary>Destination port.</summary>
    public ushort Port { get; }

    public byte Tos { get; }

    public bool DontFragment { get; }

    /// <summary>The packet whose header fields these are.</summary>
    public PacketOrigin Origin { get; }

    public byte* Payload { get; }

    /// <summary>Octets of payload.</summary>
    public int Length { get; }

    /// <summary>Octets of payload of each datagram; <see cref="Length"/> where the packet is one.</summary>
    public int SegmentSize { get; }

    /// <summary>Datagrams it stands for.</summary>
    public int Segments => (Length + SegmentSize - 1) / SegmentSize;

    /// <summary>Octets of IP and UDP header before each payload: the data plane writes outer headers without options.</summary>
    public static int HeaderLength(bool isV4) => (isV4 ? Ipv4View.MinimumHeaderLength : Ipv6View.HeaderLength) + UdpView.HeaderLength;

    /// <summary>Reads the headers; false for what is no UDP packet of the version, has options, or carries nothing.</summary>
    public static bool TryRead(PacketBuffer buffer, bool isV4, out OutgoingDatagram datagram)
    {
        datagram = default;
        if (!IpPacketView.TryView(buffer.Packet, out var packet)
            || packet.Version == IpVersion.V4 != isV4
            || packet.Protocol != IpProtocol.Udp
            || packet.IsFragment
            || packet.PayloadAt + UdpView.HeaderLength != HeaderLength(isV4)
            || packet.Payload.Length <= UdpView.HeaderLength
            || !UdpView.TryView(packet.Payload, out var udp))
        {
            return false;
        }

        var payloadAt = HeaderLength(isV4);
        var isSuperframe = buffer.Segments is { Kind: SegmentKind.Udp, Size: > 0 };
        var length = (isSuperframe ? buffer.Length : packet.Octets.Length) - payloadAt;
        var size = isSuperframe ? Math.Min(buffer.Segments.Size, length) : length;
        datagram = new OutgoingDatagram(packet, udp.DestinationPort, PinnedMemory.Of(buffer) + payloadAt, length, size);
        return true;
    }

    /// <summary>The datagrams of a superframe from octet <paramref name="at"/> of its payload on, <paramref name="most"/> octets of them at most.</summary>
    public OutgoingDatagram Part(int at, int most) => new(this, at, Math.Min(most, Length - at));

    /// <summary>Whether another goes the same way with the same header fields.</summary>
    public bool IsLike(in OutgoingDatagram other) =>
        Port == other.Port && Tos == other.Tos && DontFragment == other.DontFragment && Destination == other.Destination && Source == other.Source;
}
