using System.Net.Sockets;
using IpsecDp.Host.Lab.Namespaces;
using IpsecDp.Workloads;
using IpsecDp.Workloads.EnterpriseExtender;
using IpsecDp.Workloads.OpenLoop;

namespace IpsecDp.Host.Measure.Namespaces;

/// <summary>A class of a load as UDP sockets carry it: its port at either host, its TOS, and the segment of its superframes.</summary>
/// <param name="Class">The class.</param>
/// <param name="Port">The port of both hosts; Enterprise Extender's own, else one for each class.</param>
/// <param name="Segment">Octets of content the kernel cuts superframes at; 0 where every datagram is sent by itself.</param>
internal readonly record struct ClassSocket(TrafficClass Class, ushort Port, int Segment)
{
    // Above Enterprise Extender's ports and below the ephemeral ones.
    private const ushort FirstOtherPort = 15_000;

    // udp(7).
    private const int LevelUdp = 17;
    private const int Segmentation = 103;
    private const int Coalescing = 104;

    /// <summary>How a class of a cycle is carried. Only bulk of one size leaves in superframes, as a TCP's segmentation offload would send it.</summary>
    public static ClassSocket Of(ArrivalCycle cycle, TrafficClass trafficClass, int headerLength) => new(
        trafficClass,
        (ushort)(trafficClass <= TrafficClass.EeLow ? EePorts.Signalling + (int)trafficClass - (int)TrafficClass.EeSignalling : FirstOtherPort + (int)trafficClass),
        trafficClass == TrafficClass.Bulk && cycle.UniformLengthOf(trafficClass) is { } length ? length - headerLength : 0);

    /// <summary>Opens the socket it leaves by; throws <see cref="SocketException"/>.</summary>
    public Socket OpenSending(LabSite site, AddressFamily family)
    {
        var socket = LabSocket.Open(site, family, SocketType.Dgram, ProtocolType.Udp, Port);
        LabSocket.Mark(socket, EePorts.TosOf(Port));
        return With(socket, Segmentation, Segment);
    }

    /// <summary>Opens the socket it arrives at, for every address of the host; throws <see cref="SocketException"/>.</summary>
    public Socket OpenReceiving(LabSite site, AddressFamily family)
    {
        var socket = LabSocket.OpenAny(site, family, Port);
        LabSocket.Enlarge(socket);
        return With(socket, Coalescing, Segment > 0 ? 1 : 0);
    }

    private static Socket With(Socket socket, int option, int value)
    {
        if (value > 0)
        {
            socket.SetRawSocketOption(LevelUdp, option, BitConverter.GetBytes(value));
        }

        return socket;
    }
}
