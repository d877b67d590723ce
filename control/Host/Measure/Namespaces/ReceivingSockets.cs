using System.Diagnostics;
using System.Net.Sockets;
using IpsecDp.Host.Lab.Namespaces;
using IpsecDp.Workloads;
using IpsecDp.Workloads.OpenLoop;

namespace IpsecDp.Host.Measure.Namespaces;

/// <summary>The sockets of host B, a thread and books for each class.</summary>
internal sealed class ReceivingSockets : IDisposable
{
    /// <summary>What stands in place of a class in the packet behind a flow's last.</summary>
    public const byte MarkerClass = 0xFF;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private readonly MeasuredPath _path;
    private readonly ArrivalOrder _order;
    private readonly byte[] _markedIn;
    private readonly List<Socket> _sockets = [];
    private readonly List<ArrivalBooks> _books = [];
    private readonly FlowThreads _threads = new();
    private volatile bool _isStopping;
    private long _markers;

    /// <summary>Opens a socket for each class and begins to read.</summary>
    public ReceivingSockets(ArrivalCycle cycle, MeasuredPath path)
    {
        (_path, _order, _markedIn) = (path, new ArrivalOrder(cycle.Flows), new byte[cycle.Flows]);
        try
        {
            foreach (var trafficClass in cycle.FlowsInUse.Select(static flow => flow.Class).Distinct())
            {
                var carried = ClassSocket.Of(cycle, trafficClass, path.HeaderLength);
                var (socket, books) = (carried.OpenReceiving(path.B, path.Family), new ArrivalBooks(_order));
                socket.Blocking = false;
                _sockets.Add(socket);
                _books.Add(books);
                _threads.Start($"sink {trafficClass}", () => Read(socket, carried.Segment, books));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What ended a thread, or null.</summary>
    public Exception? Failure => _threads.Failure;

    /// <summary>Packets of this trial that arrived so far.</summary>
    public long Delivered => _books.Sum(static books => books.Delivered);

    /// <summary>Packets behind the last of a flow that arrived since the start.</summary>
    public long Markers => Interlocked.Read(ref _markers);

    /// <summary>What every thread booked in this trial.</summary>
    public IReadOnlyList<ArrivalBooks> Books => _books;

    /// <summary>Empties the books for a trial; nothing is under way.</summary>
    public void Begin(byte trial)
    {
        _order.Begin();
        Array.Clear(_markedIn);
        _books.ForEach(books => books.Begin(trial));
    }

    /// <summary>Whether all that a flow sent before its end has arrived or never will.</summary>
    public bool IsMarked(TrafficClass trafficClass, int tunnel, byte trial) => Volatile.Read(ref _markedIn[ArrivalCycle.FlowOf(trafficClass, tunnel)]) == trial;

    /// <inheritdoc/>
    public void Dispose()
    {
        _isStopping = true;
        _threads.ExpectEnd();
        _threads.Join();
        _sockets.ForEach(static socket => socket.Dispose());
    }

    private void Read(Socket socket, int segment, ArrivalBooks books)
    {
        // With room in front for the headers the kernel has taken off, which count as octets of the packet.
        var room = new byte[_path.HeaderLength + ushort.MaxValue];
        while (!_isStopping)
        {
            if (!socket.Poll(Patience, SelectMode.SelectRead))
            {
                continue;
            }

            while (socket.Receive(room.AsSpan(_path.HeaderLength), SocketFlags.None, out var refusal) is var length && refusal == SocketError.Success)
            {
                Book(room.AsSpan(0, _path.HeaderLength + length), segment, books);
            }

            // An error about something this host sent is nobody's here; any other state of the socket shows at the next look.
        }
    }

    // Datagrams of one length that came together, of which the last may be shorter.
    private void Book(ReadOnlySpan<byte> packets, int segment, ArrivalBooks books)
    {
        var now = Stopwatch.GetTimestamp();
        var step = segment > 0 ? segment : packets.Length;
        for (var at = 0; at + _path.HeaderLength < packets.Length; at += step)
        {
            var packet = packets[at..Math.Min(packets.Length, at + _path.HeaderLength + step)];
            if (ArrivalStamp.TryRead(packet, out var stamp) && stamp.Class == MarkerClass)
            {
                Interlocked.Increment(ref _markers);
                if (stamp.Flow < _markedIn.Length)
                {
                    Volatile.Write(ref _markedIn[stamp.Flow], stamp.Trial);
                }
            }
            else
            {
                books.Book(packet, now);
            }
        }
    }
}
