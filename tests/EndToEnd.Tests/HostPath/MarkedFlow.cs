using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.HostPath;

/// <summary>Numbered datagrams with a text that is searched for on the wire, from a port of A to the same of B without a pause.</summary>
internal sealed class MarkedFlow : IDisposable
{
    private const int Length = 300;
    private const int PortAt = 32;
    private const int NumberAt = 36;

    // Often enough that no gap of a capture is missed, and seldom enough for a machine with much to do.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(2);

    private readonly Socket _sender;
    private readonly Socket _receiver;
    private readonly Thread[] _threads;
    private readonly ManualResetEventSlim _stop = new();
    private readonly int _port;
    private readonly IPEndPoint _destination;
    private int _sent;
    private int _received;
    private int _lastReceived;
    private int _refused;
    private string? _failure;

    public MarkedFlow(NetworkNamespaces spaces, bool isV6, int port)
    {
        _port = port;
        var (a, b) = isV6 ? (NetworkNamespaces.AddressV6OfA, NetworkNamespaces.AddressV6OfB) : (NetworkNamespaces.AddressOfA, NetworkNamespaces.AddressOfB);
        _destination = new IPEndPoint(b, port);
        _sender = spaces.A.Run(() => Open(a, port));
        _receiver = spaces.B.Run(() => Open(b, port));
        _threads = [new Thread(Send) { IsBackground = true }, new Thread(Receive) { IsBackground = true }];
        Array.ForEach(_threads, thread => thread.Start());
    }

    /// <summary>The text.</summary>
    public static ReadOnlySpan<byte> Marker => "ONLY THE TWO OF US MAY READ THIS"u8;

    /// <summary>The number of the last datagram sent.</summary>
    public int Sent => Volatile.Read(ref _sent);

    /// <summary>Datagrams the sender's kernel did not take.</summary>
    public int Refused => _refused;

    /// <summary>Datagrams that arrived.</summary>
    public int Received => Volatile.Read(ref _received);

    /// <summary>The highest number that arrived; 0 where none did.</summary>
    public int LastReceived => Volatile.Read(ref _lastReceived);

    /// <summary>Port and number of a datagram that can be read in a frame; false where there is none.</summary>
    public static bool TryFind(ReadOnlySpan<byte> frame, out int port, out int number)
    {
        var at = frame.IndexOf(Marker);
        (port, number) = at < 0 || frame.Length < at + NumberAt + 4 ? (0, 0) : (BinaryPrimitives.ReadInt32BigEndian(frame[(at + PortAt)..]), BinaryPrimitives.ReadInt32BigEndian(frame[(at + NumberAt)..]));
        return at >= 0;
    }

    public void Dispose()
    {
        _stop.Set();
        _threads[0].Join();
        _sender.Dispose();
        _receiver.Dispose();
        _threads[1].Join();
        _stop.Dispose();
        Assert.Null(_failure);
    }

    private static Socket Open(IPAddress address, int port)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(address, port));
        return socket;
    }

    private void Send()
    {
        var content = new byte[Length];
        Marker.CopyTo(content);
        BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(PortAt), _port);
        while (!_stop.Wait(Pace))
        {
            BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(NumberAt), Sent + 1);
            Interlocked.Increment(ref _sent);
            try
            {
                _sender.SendTo(content, _destination);
            }
            catch (SocketException)
            {
                // What a kernel drops on its way out, it may tell its sender, who goes on.
                _refused++;
            }
        }
    }

    private void Receive()
    {
        var room = new byte[Length * 2];
        try
        {
            while (true)
            {
                var length = _receiver.Receive(room);
                if (TryFind(room.AsSpan(0, length), out _, out var number))
                {
                    Volatile.Write(ref _lastReceived, Math.Max(_lastReceived, number));
                    Interlocked.Increment(ref _received);
                }
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // An exception of this thread would end the whole runner; whoever disposes of the flow tells it.
            _failure = _stop.IsSet ? null : closed.Message;
        }
    }
}
