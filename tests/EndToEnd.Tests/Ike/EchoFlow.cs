using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.Ike;

/// <summary>Numbered datagrams that go through a tunnel and back without a pause, few enough under way that nothing but the tunnel can lose one.</summary>
internal sealed class EchoFlow : IDisposable
{
    private const int Port = 7117;
    private const int Length = 200;

    /// <summary>How many are under way at most.</summary>
    public const int MostUnderWay = 32;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Socket _client;
    private readonly Socket _server;
    private readonly IPEndPoint _destination;
    private readonly HashSet<int> _underWay = [];
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread[] _threads;
    private volatile string? _failure;
    private int _sent;
    private int _returned;

    public EchoFlow(NetworkNamespaces spaces, string insideA, string insideB)
    {
        _destination = new IPEndPoint(IPAddress.Parse(insideB), Port);
        _client = spaces.A.Run(() => Open(insideA));
        _server = spaces.B.Run(() => Open(insideB));
        _threads = [Begin(Send), Begin(Receive), Begin(Answer)];
    }

    /// <summary>How many were sent.</summary>
    public int Sent => Volatile.Read(ref _sent);

    /// <summary>How many came back.</summary>
    public int Returned => Volatile.Read(ref _returned);

    /// <summary>Waits until so many more came back.</summary>
    public void AwaitMore(int count = 20)
    {
        var wanted = Returned + count;
        Assert.True(SpinWait.SpinUntil(() => Returned >= wanted || _failure is not null, Patience) && _failure is null, $"the flow stands: {Sent} sent, {Returned} came back; {_failure}");
    }

    /// <summary>Sends no more, and requires that every one comes back, or all but so many.</summary>
    public void Finish(int mostLost = 0)
    {
        _stop.Set();
        _threads[0].Join();
        SpinWait.SpinUntil(() => Returned >= Sent - mostLost, Patience);
        lock (_underWay)
        {
            Assert.True(_underWay.Count <= mostLost && _failure is null, $"{_failure} {_underWay.Count} of {Sent} were lost: {string.Join(", ", _underWay.Order().Take(20))}");
        }
    }

    public void Dispose()
    {
        _stop.Set();
        _threads[0].Join();
        _client.Dispose();
        _server.Dispose();
        Array.ForEach(_threads, thread => thread.Join());
        _stop.Dispose();
    }

    private static Socket Open(string address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(address), Port));
        return socket;
    }

    private static Thread Begin(ThreadStart body)
    {
        var thread = new Thread(body) { IsBackground = true };
        thread.Start();
        return thread;
    }

    private void Send()
    {
        var datagram = new byte[Length];
        while (!_stop.Wait(Pace))
        {
            lock (_underWay)
            {
                if (_underWay.Count >= MostUnderWay)
                {
                    continue;
                }

                _underWay.Add(Sent + 1);
            }

            BinaryPrimitives.WriteInt32BigEndian(datagram, Sent + 1);
            Interlocked.Increment(ref _sent);
            try
            {
                _client.SendTo(datagram, _destination);
            }
            catch (SocketException refusal)
            {
                _failure = refusal.Message;
                return;
            }
        }
    }

    private void Receive() => Read(_client, (datagram, _) =>
    {
        lock (_underWay)
        {
            if (_underWay.Remove(BinaryPrimitives.ReadInt32BigEndian(datagram)))
            {
                Interlocked.Increment(ref _returned);
            }
        }
    });

    private void Answer() => Read(_server, (datagram, from) => _server.SendTo(datagram, from));

    private void Read(Socket socket, Action<byte[], EndPoint> take)
    {
        var room = new byte[Length];
        try
        {
            while (true)
            {
                EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                socket.ReceiveFrom(room, ref from);
                take(room, from);
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            _failure = _stop.IsSet ? _failure : closed.Message;
        }
    }
}
