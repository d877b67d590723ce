using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ports.Wrappers;

/// <summary>A cipher port around a cipher port that treats what is sent as a bad network would, repeatably from a seed; what is received or passed in clear is left alone.</summary>
/// <remarks>One sender's faults repeat exactly; with several at once, or delays by time, it is the drawing that repeats and not which packet meets it. A packet that is to be held when too many are held, or to be doubled when its pool is empty, goes on unharmed. A cipher superframe is divided first, so that a fault hits one of its packets; where buffers for that are short it goes on unharmed.</remarks>
public sealed class FaultyPort : ICipherPort
{
    // More than a cipher superframe has, unless somebody sends a few octets at a time.
    private const int MostPieces = 256;

    private readonly Lock _gate = new();
    private readonly ICipherPort _inner;
    private readonly FaultPlan _plan;
    private readonly Random _random;
    private readonly TimeProvider _clock;
    private readonly ITimer? _timer;
    private readonly HeldPackets _held = new();
    private readonly PacketBatch _line = new();
    private readonly PacketBatch _pieces = new(MostPieces);
    private readonly CipherPackets _packets = new();
    private readonly BufferPool? _pool;
    private readonly long[] _byFault = new long[(int)FaultKind.Truncate + 1];
    private long _offered;
    private long _abandoned;
    private long _undivided;
    private bool _isDisposed;

    /// <summary>A port that treats packets by this plan; <paramref name="clock"/> counts for delays by time only, and <paramref name="pieces"/> has the buffers that superframes are divided into, else their own pool.</summary>
    public FaultyPort(ICipherPort inner, FaultPlan plan, int seed, TimeProvider? clock = null, BufferPool? pieces = null)
    {
        _pool = pieces;
        _inner = inner;
        _plan = plan;
        _random = new Random(seed);
        _clock = clock ?? TimeProvider.System;
        if (plan is { Delay: > 0, DelayTime.Ticks: > 0 })
        {
            _timer = _clock.CreateTimer(static port => ((FaultyPort)port!).ReleaseDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <inheritdoc/>
    public string Name => _inner.Name;

    /// <inheritdoc/>
    public int Mtu => _inner.Mtu;

    /// <inheritdoc/>
    public int BatchSize => _inner.BatchSize;

    /// <inheritdoc/>
    public bool HasWaiting => _inner.HasWaiting;

    /// <inheritdoc/>
    public PacketArrival? LatestArrival => _inner.LatestArrival;

    /// <summary>The inner port's counters: of what went on.</summary>
    public PortStats Stats => _inner.Stats;

    /// <inheritdoc/>
    public bool FragmentsItself => _inner.FragmentsItself;

    /// <summary>What was done so far, at one moment.</summary>
    public FaultCounts Counts
    {
        get
        {
            lock (_gate)
            {
                return new FaultCounts
                {
                    Offered = _offered,
                    Unharmed = _byFault[(int)FaultKind.None],
                    Dropped = _byFault[(int)FaultKind.Drop],
                    Duplicated = _byFault[(int)FaultKind.Duplicate],
                    Reordered = _byFault[(int)FaultKind.Reorder],
                    Corrupted = _byFault[(int)FaultKind.Corrupt],
                    Delayed = _byFault[(int)FaultKind.Delay],
                    Truncated = _byFault[(int)FaultKind.Truncate],
                    Held = _held.Count,
                    Abandoned = _abandoned,
                    Undivided = _undivided,
                };
            }
        }
    }

    /// <inheritdoc/>
    public bool Receive(PacketBatch batch) => _inner.Receive(batch);

    /// <summary>Takes every packet of the batch and sends what the plan leaves of it.</summary>
    public void Send(PacketBatch batch)
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                // It counts the refusals.
                _inner.Send(batch);
                return;
            }

            SendDue();
            for (var i = 0; i < batch.Count; i++)
            {
                if (batch.Take(i) is { } packet)
                {
                    Offer(packet);
                }
            }

            Forward();
        }
    }

    /// <inheritdoc/>
    public void Pass(PacketBatch batch) => _inner.Pass(batch);

    /// <summary>Sends all that is held, the longest held first.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            while (_held.TakeFirst(out var fault) is { } packet)
            {
                Put(packet, fault);
            }

            Forward();
        }
    }

    /// <inheritdoc/>
    public void Interrupt() => _inner.Interrupt();

    /// <summary>Disposes the inner port and gives back what is held.</summary>
    public void Dispose()
    {
        // The inner port first: a sender that waits in it holds the gate.
        _inner.Dispose();
        lock (_gate)
        {
            _isDisposed = true;
            _timer?.Dispose();
            while (_held.TakeFirst(out _) is { } packet)
            {
                packet.Return();
                _abandoned++;
            }
        }
    }

    // A network loses packets; it does not know superframes.
    private void Offer(PacketBuffer packet)
    {
        var count = _packets.CountIn(packet);
        if (count == 1)
        {
            _offered++;
            Treat(packet);
            return;
        }

        if (!TryDivide(packet, count))
        {
            _offered++;
            _undivided++;
            SendOn(packet, FaultKind.None);
            return;
        }

        packet.Return();
        _offered += count;
        for (var index = 0; index < count; index++)
        {
            Treat(_pieces.Take(index)!);
        }

        _pieces.Clear();
    }

    private bool TryDivide(PacketBuffer superframe, int count)
    {
        for (var index = 0; index < count && !_pieces.IsFull; index++)
        {
            if ((_pool ?? superframe.Pool).TryRent() is not { } piece)
            {
                break;
            }

            _pieces.Add(piece);
            piece.TrimTo(CipherPackets.Write(superframe, index, piece.SetLength(piece.Capacity)));
            piece.ArrivedAt = superframe.ArrivedAt;
        }

        if (_pieces.Count == count && _pieces[count - 1]!.Length > 0)
        {
            return true;
        }

        _pieces.Clear();
        return false;
    }

    private void Treat(PacketBuffer packet)
    {
        var fault = _plan.Pick(_random.NextDouble());
        switch (fault)
        {
            case FaultKind.Drop:
                _byFault[(int)FaultKind.Drop]++;
                packet.Return();
                return;
            case FaultKind.Duplicate:
                SendTwice(packet);
                return;
            case FaultKind.Corrupt:
                SendOn(packet, TryInvertBit(packet) ? fault : FaultKind.None);
                return;
            case FaultKind.Truncate:
                SendOn(packet, TryCutEnd(packet) ? fault : FaultKind.None);
                return;
            case FaultKind.Reorder when !_held.IsFull:
                _held.Add(packet, fault, _random.Next(_plan.ReorderDistance) + 1, 0);
                return;
            case FaultKind.Delay when !_held.IsFull:
                Delay(packet);
                return;
            default:
                SendOn(packet, FaultKind.None);
                return;
        }
    }

    // A packet in its turn: it overtakes those held, and some of them follow it.
    private void SendOn(PacketBuffer packet, FaultKind fault)
    {
        Put(packet, fault);
        _held.CountPass();
        SendDue();
    }

    private void SendTwice(PacketBuffer packet)
    {
        var length = packet.Length;
        var copy = length <= packet.Capacity ? packet.Pool.TryRent() : null;
        if (copy is null)
        {
            SendOn(packet, FaultKind.None);
            return;
        }

        packet.Packet.CopyTo(copy.SetLength(length));
        copy.Segments = packet.Segments;
        Put(packet, FaultKind.Duplicate);
        Add(copy);
        _held.CountPass();
        SendDue();
    }

    private void Delay(PacketBuffer packet)
    {
        if (_timer is null)
        {
            _held.Add(packet, FaultKind.Delay, _plan.DelayPackets, 0);
            return;
        }

        var isFirst = _held.NextDue is null;
        _held.Add(packet, FaultKind.Delay, 0, _clock.GetTimestamp() + (long)(_plan.DelayTime.TotalSeconds * _clock.TimestampFrequency));
        if (isFirst)
        {
            _timer.Change(_plan.DelayTime, Timeout.InfiniteTimeSpan);
        }
    }

    private void ReleaseDue()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            SendDue();
            Forward();
            if (_held.NextDue is { } due)
            {
                var left = _clock.GetElapsedTime(_clock.GetTimestamp(), due);
                _timer!.Change(left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void SendDue()
    {
        var now = _timer is null ? 0 : _clock.GetTimestamp();
        while (_held.TakeDue(now, out var fault) is { } packet)
        {
            Put(packet, fault);
        }
    }

    private bool TryInvertBit(PacketBuffer packet)
    {
        var octets = packet.Packet;
        var first = !_plan.CorruptsHeader && IpPacketView.TryView(octets, out var view) ? view.PayloadAt : 0;
        if (first >= octets.Length)
        {
            return false;
        }

        octets[_random.Next(first, octets.Length)] ^= (byte)(1 << _random.Next(8));
        return true;
    }

    private bool TryCutEnd(PacketBuffer packet)
    {
        if (packet.Length < 2)
        {
            return false;
        }

        packet.TrimTo(_random.Next(1, packet.Length));
        return true;
    }

    private void Put(PacketBuffer packet, FaultKind fault)
    {
        _byFault[(int)fault]++;
        Add(packet);
    }

    private void Add(PacketBuffer packet)
    {
        if (_line.IsFull)
        {
            Forward();
        }

        _line.Add(packet);
    }

    private void Forward()
    {
        if (_line.Count > 0)
        {
            _inner.Send(_line);
            _line.Clear();
        }
    }
}
