using System.Buffers.Binary;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Workloads.Framing;

/// <summary>The addresses, ports and markings of one flow on one host: writes them outbound, verifies their mirror image inbound.</summary>
internal sealed class Envelope
{
    private const byte HopLimit = 64;

    // A routed path takes hops off; a hop limit that grew or all but vanished is damage.
    private const byte LowestHopLimit = 32;

    private readonly IpHeaderFields _fields;
    private ushort _identification;

    public Envelope(IpHeaderFields fields, ushort localPort, ushort remotePort)
    {
        _fields = fields with { HopLimit = HopLimit };
        LocalPort = localPort;
        RemotePort = remotePort;
    }

    public ushort LocalPort { get; }

    public ushort RemotePort { get; }

    public IpAddress Local => _fields.Source;

    public IpAddress Remote => _fields.Destination;

    public int IpHeaderLength => _fields.HeaderLength;

    /// <summary>Writes the IP header; a superframe takes as many identifications as it has segments (as TSO counts them).</summary>
    public void WriteIpHeader(Span<byte> packet, int packets = 1)
    {
        (_fields with { Identification = _identification }).Write(packet);
        _identification += (ushort)packets;
    }

    /// <summary>Writes IP and UDP header with checksums around a payload that stands in its place already.</summary>
    public void EncloseDatagram(Span<byte> packet)
    {
        WriteIpHeader(packet);
        UdpView.Write(packet[IpHeaderLength..], LocalPort, RemotePort).UpdateChecksum(Local, Remote);
    }

    /// <summary>Whether the packet's addresses, protocol and ports are this flow's.</summary>
    public bool IsOwnerOf(in Arrival arrival) =>
        arrival.SourcePort == RemotePort
        && arrival.DestinationPort == LocalPort
        && arrival.Packet.Protocol == _fields.Protocol
        && arrival.Packet.Source == _fields.Destination
        && arrival.Packet.Destination == _fields.Source;

    /// <summary>Whether checksums, markings and lengths are what the other host wrote.</summary>
    public bool IsIntact(in Arrival arrival)
    {
        var packet = arrival.Packet;
        if (arrival.Length != packet.Octets.Length || packet.PayloadAt != IpHeaderLength || packet.Tos != _fields.Tos)
        {
            return false;
        }

        if (packet.HopLimit is > HopLimit or < LowestHopLimit || !HasOwnFlowBits(packet))
        {
            return false;
        }

        return HasWholeDatagram(arrival) && arrival.HasRightChecksums();
    }

    private bool HasOwnFlowBits(in IpPacketView packet) =>
        packet.Version == IpVersion.V4 ? packet.V4.FragmentWord == (_fields.DontFragment ? 0x4000 : 0) : packet.V6.FlowLabel == _fields.FlowLabel;

    private static bool HasWholeDatagram(in Arrival arrival) =>
        arrival.Packet.Protocol != IpProtocol.Udp || BinaryPrimitives.ReadUInt16BigEndian(arrival.Transport[4..]) == arrival.Transport.Length;
}
