using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using IpsecDp.Host.Lab.Namespaces;
using IpsecDp.Workloads;
using IpsecDp.Workloads.OpenLoop;

namespace IpsecDp.Host.Measure.Namespaces;

/// <summary>The sockets of host A, by which a load leaves when its clock says so. What is due while they take nothing waits in a ring; what finds that full is lost, as at the ring of a network card.</summary>
internal sealed class OfferingSockets : IDisposable
{
    /// <summary>Packets the ring holds.</summary>
    public const int RingLength = OfferedPort.RingLength;

    // UDP_MAX_SEGMENTS of the kernel, and the most content a datagram of either family has.
    private const int MostSegments = 64;
    private const int MostContent = 65_487;
    private const int PacketsOfTurn = 64;
    private const int PausesPerLook = 20;

    // A sleep is never shorter than this, and returns later than asked.
    private static readonly TimeSpan ShortestSleep = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMilliseconds(20);

    private readonly ArrivalCycle _cycle;
    private readonly MeasuredPath _path;
    private readonly Dictionary<TrafficClass, (ClassSocket Class, Socket Socket)> _sockets = [];
    private readonly Dictionary<(TrafficClass Class, int Tunnel), SocketAddress> _destinations = [];
    private readonly Dictionary<(TrafficClass Class, int Tunnel), Superframe> _superframes = [];
    private readonly List<((TrafficClass Class, int Tunnel) Flow, Superframe Superframe)> _begun = [];
    private readonly Queue<long> _waiting = new(RingLength);
    private readonly byte[] _content = new byte[ushort.MaxValue];
    private readonly byte[] _marker = new byte[ArrivalStamp.SmallestPacket];
    private readonly ManualResetEventSlim _isOn = new();
    private readonly FlowThreads _threads = new();
    private OfferedTrial? _trial;
    private long _refused;
    private volatile bool _isStopping;

    /// <summary>Opens a socket for each class.</summary>
    public OfferingSockets(ArrivalCycle cycle, MeasuredPath path)
    {
        (_cycle, _path) = (cycle, path);
        try
        {
            foreach (var (trafficClass, tunnel) in cycle.FlowsInUse)
            {
                if (!_sockets.TryGetValue(trafficClass, out var open))
                {
                    var carried = ClassSocket.Of(cycle, trafficClass, path.HeaderLength);
                    open = (carried, carried.OpenSending(path.A, path.Family));
                    _sockets.Add(trafficClass, open);
                }

                _destinations.Add((trafficClass, tunnel), new IPEndPoint(path.DestinationOf(tunnel), open.Class.Port).Serialize());
                if (open.Class.Segment > 0)
                {
                    _superframes.Add((trafficClass, tunnel), new Superframe(open.Class.Segment));
                }
            }
        }
        catch
        {
            Close();
            throw;
        }

        _threads.Start("load", Work);
    }

    /// <summary>What ended it, or null.</summary>
    public Exception? Failure => _threads.Failure;

    /// <summary>Packets of this trial the kernel refused.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Lets packets leave by the clock from now on; nothing is under way.</summary>
    public OfferedTrial Begin(double packetsPerSecond, byte number)
    {
        Volatile.Write(ref _refused, 0);
        var trial = new OfferedTrial(number, packetsPerSecond, burst: 1);
        Volatile.Write(ref _trial, trial);
        _isOn.Set();
        return trial;
    }

    /// <summary>Sends a packet that says that a flow has sent its last; the load has ended.</summary>
    public void Mark(TrafficClass trafficClass, int tunnel, byte trial)
    {
        var content = _marker.AsSpan(0, ArrivalModel.SmallestOf(_path.A.EndpointAddress.Version) - _path.HeaderLength);
        new ArrivalStamp(0, 0, ArrivalCycle.FlowOf(trafficClass, tunnel), ReceivingSockets.MarkerClass, trial).Write(content);
        Send(_sockets[trafficClass].Socket, content, (trafficClass, tunnel));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isStopping = true;
        _isOn.Set();
        _threads.ExpectEnd();
        _threads.Join();
        Close();
        _isOn.Dispose();
    }

    private void Close()
    {
        foreach (var (_, socket) in _sockets.Values)
        {
            socket.Dispose();
        }
    }

    private void Work()
    {
        while (!_isStopping)
        {
            _isOn.Wait();
            if (Volatile.Read(ref _trial) is not { } trial)
            {
                continue;
            }

            Look(trial);
            if (_waiting.Count > 0)
            {
                Turn(trial);
            }
            else if (!trial.IsOver)
            {
                Rest(trial);
            }
            else if (!trial.IsEmptied)
            {
                _isOn.Reset();
                trial.IsEmptied = true;
            }
        }
    }

    // The oldest packets fill the ring; those that come while it is full are the ones that are lost.
    private void Look(OfferedTrial trial)
    {
        var arrived = _cycle.ArrivedBy(trial.GapsBy(Stopwatch.GetTimestamp()));
        var kept = Math.Min(arrived, trial.Seen + RingLength - _waiting.Count);
        for (var number = trial.Seen; number < kept; number++)
        {
            _waiting.Enqueue(number);
        }

        trial.Lost += arrived - Math.Max(kept, trial.Seen);
        trial.Seen = arrived;
    }

    private void Turn(OfferedTrial trial)
    {
        var taken = 0;
        while (taken < PacketsOfTurn && _waiting.TryDequeue(out var number))
        {
            taken++;
            var stamp = _cycle.StampOf(number, trial.TimeOf(_cycle.ArrivalOf(number)), trial.Number);
            var flow = _cycle.FlowOf(number);
            if (_superframes.TryGetValue(flow, out var superframe))
            {
                if (superframe.Count == 0)
                {
                    _begun.Add((flow, superframe));
                }

                stamp.Write(superframe.Add());
                if (superframe.IsFull)
                {
                    Flush(flow, superframe);
                }

                continue;
            }

            var content = _content.AsSpan(0, _cycle.LengthOf(number) - _path.HeaderLength);
            stamp.Write(content);
            if (!Send(_sockets[flow.Class].Socket, content, flow))
            {
                Volatile.Write(ref _refused, _refused + 1);
            }
        }

        foreach (var (flow, superframe) in _begun)
        {
            Flush(flow, superframe);
        }

        _begun.Clear();
        trial.Taken += taken;
    }

    private void Flush((TrafficClass Class, int Tunnel) flow, Superframe superframe)
    {
        if (superframe.Count > 0 && !Send(_sockets[flow.Class].Socket, superframe.Content, flow))
        {
            Volatile.Write(ref _refused, _refused + superframe.Count);
        }

        superframe.Clear();
    }

    // A socket whose buffer is full keeps the caller waiting, and the ring behind it fills; a device without room refuses.
    private bool Send(Socket socket, ReadOnlySpan<byte> content, (TrafficClass Class, int Tunnel) flow)
    {
        try
        {
            socket.SendTo(content, SocketFlags.None, _destinations[flow]);
            return true;
        }
        catch (SocketException refusal) when (refusal.SocketErrorCode is SocketError.NoBufferSpaceAvailable or SocketError.AccessDenied)
        {
            return false;
        }
    }

    // Asleep while the next packet is far away; near to it a sleep would come back too late.
    private void Rest(OfferedTrial trial)
    {
        var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), trial.TimeOf(_cycle.ArrivalOf(trial.Seen)));
        if (wait > ShortestSleep * 2)
        {
            Thread.Sleep(wait - ShortestSleep < LongestSleep ? wait - ShortestSleep : LongestSleep);
            return;
        }

        Thread.SpinWait(PausesPerLook);
        Thread.Yield();
    }

    // Contents of one length, one behind the other.
    private sealed class Superframe(int segment)
    {
        private readonly byte[] _content = new byte[Math.Min(MostSegments, MostContent / segment) * segment];

        public int Count { get; private set; }

        public bool IsFull => (Count + 1) * segment > _content.Length;

        public ReadOnlySpan<byte> Content => _content.AsSpan(0, Count * segment);

        public Span<byte> Add() => _content.AsSpan(Count++ * segment, segment);

        public void Clear() => Count = 0;
    }
}
