using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.TestKit.Ports;

namespace EndToEnd.Tests.Ike;

/// <summary>Numbered datagrams that go through a tunnel and back without a pause, few enough under way that nothing but the tunnel can lose one.</summary>
internal sealed class EchoFlow : IDisposable
{
    private const int Port = 7117;
    private const int Length = 200;

    /// <summary>How many are under way at most.</summary>
    public const int MostUnderWay = 32;

    // A second without room.
    private const int MostWaits = 500;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(2);

    private readonly Socket _client;
    private readonly Socket _server;
    private readonly IPEndPoint _destination;
    private readonly HashSet<int> _underWay = [];
    private readonly HashSet<int> _overdue = [];
    private readonly bool _mayLose;
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread[] _threads;
    private volatile string? _failure;
    private int _sent;
    private int _returned;

    /// <summary>Begins. A flow that may lose goes on without what has not come back for a while; another waits for it.</summary>
    public EchoFlow(NetworkNamespaces spaces, string insideA, string insideB, bool mayLose = false)
    {
        _mayLose = mayLose;
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
        Assert.True(SpinWait.SpinUntil(() => Returned >= wanted || _failure is not null, TestThread.Patience) && _failure is null, $"the flow stands: {Sent} sent, {Returned} came back; {_failure}");
    }

    /// <summary>Sends no more, and requires that every one comes back, or all but so many.</summary>
    public void Finish(Func<int>? mostLost = null)
    {
        _stop.Set();
        _threads[0].Join();
        SpinWait.SpinUntil(() => Returned >= Sent - (mostLost?.Invoke() ?? 0), TestThread.Patience);
        var most = mostLost?.Invoke() ?? 0;
        lock (_underWay)
        {
            int[] lost = [.. _overdue.Union(_underWay).Order()];
            Assert.True(lost.Length <= most && _failure is null, $"{_failure} {lost.Length} of {Sent} were lost, where {most} may be: {string.Join(", ", lost.Take(20))}");
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
        var waits = 0;
        while (!_stop.Wait(Pace))
        {
            lock (_underWay)
            {
                if (_underWay.Count >= MostUnderWay)
                {
                    if (_mayLose && ++waits >= MostWaits)
                    {
                        _overdue.UnionWith(_underWay);
                        _underWay.Clear();
                    }

                    continue;
                }

                waits = 0;

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
            var number = BinaryPrimitives.ReadInt32BigEndian(datagram);
            if (_underWay.Remove(number) || _overdue.Remove(number))
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
