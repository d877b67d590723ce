using System.Diagnostics;
using System.Net.Sockets;

namespace IpsecDp.Peers.Datagrams;

/// <summary>Counts the datagrams of one trial as they come; one that comes twice counts once.</summary>
internal sealed class DatagramReceiver : IDisposable
{
    private readonly Socket _socket;
    private readonly int _payload;
    private readonly Thread _thread;
    private readonly byte[] _octets = new byte[ushort.MaxValue + 1];
    private readonly DatagramWindow _window = new();
    private volatile int _trial;
    private volatile bool _isStopping;
    private long _delivered;
    private long _lastArrival;

    /// <summary>Takes the socket over and begins to receive.</summary>
    public DatagramReceiver(Socket socket, int payload)
    {
        (_socket, _payload) = (socket, payload);
        BedSocket.Set(socket, BedSocket.LevelUdp, BedSocket.ReceiveOffload, 1);
        _thread = new Thread(Receive) { IsBackground = true, Name = "datagrams at B" };
        _thread.Start();
    }

    /// <summary>Datagrams of the trial that came.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Time since one came, or since the trial began.</summary>
    public TimeSpan Silence => Stopwatch.GetElapsedTime(Interlocked.Read(ref _lastArrival));

    /// <summary>Begins to count another trial; called while nothing of it is under way.</summary>
    public void Expect(int trial)
    {
        Interlocked.Exchange(ref _delivered, 0);
        Interlocked.Exchange(ref _lastArrival, Stopwatch.GetTimestamp());
        _trial = trial;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isStopping = true;
        _thread.Join();
        _socket.Dispose();
    }

    private void Receive()
    {
        var counted = 0;
        while (!_isStopping)
        {
            // With UDP_GRO one call brings many datagrams of one size, of which the last may be shorter.
            var length = _socket.Receive(_octets, SocketFlags.None, out var refusal);
            if (refusal != SocketError.Success)
            {
                continue;
            }

            long fresh = 0;
            for (var at = 0; at + DatagramMark.Length <= length; at += _payload)
            {
                var (trial, number) = DatagramMark.Read(_octets.AsSpan(at));
                if (trial != _trial)
                {
                    continue;
                }

                if (trial != counted)
                {
                    _window.Clear();
                    counted = trial;
                }

                fresh += _window.TryTake(number) ? 1 : 0;
            }

            if (fresh > 0)
            {
                Interlocked.Add(ref _delivered, fresh);
                Interlocked.Exchange(ref _lastArrival, Stopwatch.GetTimestamp());
            }
        }
    }
}
