using System.Net;
using System.Net.Sockets;
using IpsecDp.Adapters.Linux;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Adapters;

/// <summary>The framework's own socket as the far side of a port: what arrives is told as packets, with a header in front where the socket takes it off.</summary>
internal sealed class HostSocket(Socket socket, Func<byte[], byte[]> complete) : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly byte[] _octets = new byte[65536];
    private readonly RigBuffers _buffers = new();
    private volatile bool _isInterrupted;

    /// <summary>The socket.</summary>
    public Socket Socket { get; } = socket;

    /// <summary>Waits for datagrams as a port's Receive does.</summary>
    public bool Receive(PacketBatch batch)
    {
        while (!_isInterrupted)
        {
            if (!Socket.Poll(Look, SelectMode.SelectRead))
            {
                continue;
            }

            var length = Socket.Receive(_octets);
            batch.Add(_buffers.Fill(complete(_octets[..length])));
            return true;
        }

        return false;
    }

    public void Interrupt() => _isInterrupted = true;

    public void Dispose() => Socket.Dispose();

    /// <summary>A bound UDP socket with a large buffer; called inside the namespace it is for.</summary>
    public static Socket Udp(IPEndPoint local)
    {
        var socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        ForceReceiveBuffer(socket);
        socket.Bind(local);
        return socket;
    }

    /// <summary>A raw IPv4 socket of a protocol that sends whole packets; called inside the namespace it is for.</summary>
    public static Socket Raw(int protocol)
    {
        // The framework only makes raw sockets of the protocols it has names for.
        var socket = new Socket(new SafeSocketHandle(Libc.Socket(SocketNumbers.FamilyV4, SocketNumbers.TypeRaw | Libc.CloseOnExec, protocol), ownsHandle: true));
        ForceReceiveBuffer(socket);
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.HeaderIncluded, true);
        return socket;
    }

    // SO_RCVBUFFORCE: a test counts packets, so none may be lost for want of room.
    private static void ForceReceiveBuffer(Socket socket) => socket.SetRawSocketOption(1, 33, BitConverter.GetBytes(8 << 20));
}
