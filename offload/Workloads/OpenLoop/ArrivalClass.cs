using System.Buffers.Binary;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;
using IpsecDp.Workloads.EnterpriseExtender;

namespace IpsecDp.Workloads.OpenLoop;

/// <summary>Classes and the UDP ports that stand for them.</summary>
internal static class ArrivalClass
{
    // Anything that is neither Enterprise Extender nor TCP.
    private const ushort OtherPort = 7_000;

    /// <summary>The class of a captured packet: by the ports of Enterprise Extender, TCP with and without payload, and the rest.</summary>
    public static TrafficClass Of(in IpPacketView packet)
    {
        var payload = packet.Payload;
        if (packet.Protocol == IpProtocol.Tcp && TcpView.TryView(payload, out var tcp))
        {
            return tcp.Payload.IsEmpty ? TrafficClass.BulkAck : TrafficClass.Bulk;
        }

        if (packet.Protocol != IpProtocol.Udp || payload.Length < UdpView.HeaderLength)
        {
            return TrafficClass.Replay;
        }

        var (source, destination) = (BinaryPrimitives.ReadUInt16BigEndian(payload), BinaryPrimitives.ReadUInt16BigEndian(payload[2..]));
        var port = EePorts.Contains(destination) ? destination : source;
        return port switch
        {
            EePorts.Signalling => TrafficClass.EeSignalling,
            EePorts.Network => TrafficClass.EeNetwork,
            EePorts.High => TrafficClass.EeHigh,
            EePorts.Medium => TrafficClass.EeMedium,
            EePorts.Low => TrafficClass.EeLow,
            _ => TrafficClass.Datagram,
        };
    }

    /// <summary>The port on either side of a class's datagrams.</summary>
    public static ushort PortOf(TrafficClass trafficClass) => trafficClass switch
    {
        TrafficClass.EeSignalling => EePorts.Signalling,
        TrafficClass.EeNetwork => EePorts.Network,
        TrafficClass.EeHigh => EePorts.High,
        TrafficClass.EeMedium => EePorts.Medium,
        TrafficClass.EeLow => EePorts.Low,
        _ => OtherPort,
    };
}
