using System.Net;
using System.Net.Sockets;

namespace IpsecDp.Host.Lab.Namespaces;

/// <summary>Ordinary sockets of the lab's applications, opened where their host is.</summary>
internal static class LabSocket
{
    private const int LevelSocket = 1;
    private const int ReceiveBufferForce = 33;
    private const int LevelIpv6 = 41;
    private const int TrafficClass = 67;
    private const int ReceiveBuffer = 8 << 20;

    /// <summary>A bound socket in a host's namespace.</summary>
    public static Socket Open(LabSite site, AddressFamily family, SocketType type, ProtocolType protocol, int port) => OpenAt(site, type, protocol, new IPEndPoint(site.ApplicationOf(family), port));

    /// <summary>A UDP socket in a host's namespace for every address the host answers for.</summary>
    public static Socket OpenAny(LabSite site, AddressFamily family, int port) =>
        OpenAt(site, SocketType.Dgram, ProtocolType.Udp, new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, port));

    /// <summary>Room for what comes while the reader waits for a processor; past the system's limit, as root may.</summary>
    public static void Enlarge(Socket socket) => Set(socket, LevelSocket, ReceiveBufferForce, ReceiveBuffer);

    /// <summary>The TOS octet or traffic class of all it sends.</summary>
    public static void Mark(Socket socket, byte tos)
    {
        if (socket.AddressFamily == AddressFamily.InterNetwork)
        {
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.TypeOfService, tos);
            return;
        }

        Set(socket, LevelIpv6, TrafficClass, tos);
    }

    private static Socket OpenAt(LabSite site, SocketType type, ProtocolType protocol, IPEndPoint place) => site.Space.Run(() =>
    {
        var socket = new Socket(place.AddressFamily, type, protocol);
        try
        {
            socket.Bind(place);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    });

    private static void Set(Socket socket, int level, int option, int value) => socket.SetRawSocketOption(level, option, BitConverter.GetBytes(value));
}
