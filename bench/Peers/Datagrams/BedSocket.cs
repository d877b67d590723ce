using System.Net;
using System.Net.Sockets;
using IpsecDp.Peers.Bed;

namespace IpsecDp.Peers.Datagrams;

/// <summary>Ordinary UDP sockets of the bed's applications, opened where their host is.</summary>
internal static class BedSocket
{
    /// <summary>SOL_UDP.</summary>
    public const int LevelUdp = 17;

    /// <summary>UDP_SEGMENT.</summary>
    public const int Segment = 103;

    /// <summary>UDP_GRO.</summary>
    public const int ReceiveOffload = 104;

    private const int LevelSocket = 1;
    private const int SendBufferForce = 32;
    private const int ReceiveBufferForce = 33;
    private const int Buffers = 32 << 20;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <summary>A socket of a host, connected to its like at the other; receiving gives up after a tenth of a second.</summary>
    public static Socket Open(Site site, IPEndPoint own, IPEndPoint peer) => site.Space.Run(() =>
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            // So much that what is lost was lost by the tunnel and not by an application that waited for a processor.
            Set(socket, LevelSocket, ReceiveBufferForce, Buffers);
            Set(socket, LevelSocket, SendBufferForce, Buffers);
            socket.ReceiveTimeout = (int)Look.TotalMilliseconds;
            socket.Bind(own);
            socket.Connect(peer);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    });

    /// <summary>Sets an option .NET has no name for.</summary>
    public static void Set(Socket socket, int level, int option, int value) => socket.SetRawSocketOption(level, option, BitConverter.GetBytes(value));
}
