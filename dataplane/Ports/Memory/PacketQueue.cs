using System.Diagnostics;
using System.Runtime.CompilerServices;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ports.Memory;

/// <summary>One direction of a memory port: bounded queues of buffers that move a batch under one lock and allocate nothing, waiting included.</summary>
internal sealed class PacketQueue(MemoryPortOptions options)
{
    private const int PrecedenceShift = 5;

    private readonly object _gate = new();
    private readonly PrecedenceQueues _waiting = new(options.QueueLength, options.QueuesByPrecedence);
    private readonly int _mtu = options.Mtu;
    private readonly bool _restoresRoom = options.RestoresRoom;
    private readonly bool _isDivided = options.QueuesByPrecedence;
    private readonly long[] _refused = new long[PrecedenceQueues.Precedences];
    private PortBell? _bell;
    private int _sleepingReceivers;
    private int _sleepingSenders;
    private bool _isClosed;
    private bool _isSenderGone;
    private bool _isWaitingOver;
    private AdaptiveSpin _receiverSpin;
    private AdaptiveSpin _senderSpin;
    private QueueCounts _counts;

    /// <summary>What went in, what came out and what was refused, at one moment.</summary>
    public QueueCounts Counts
    {
        get
        {
            lock (_gate)
            {
                return _counts;
            }
        }
    }

    /// <summary>Whether the receiving end is gone.</summary>
    public bool IsClosed => Volatile.Read(ref _isClosed);

    /// <summary>The precedence of the most important packet that waits; -1 when none does.</summary>
    public int Highest => _waiting.Highest;

    /// <summary>Packets that wait; as of a moment.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Packets of a precedence that found its queue full; of all in the first where queues are not divided.</summary>
    public long RefusedOf(int precedence)
    {
        lock (_gate)
        {
            return _refused[precedence];
        }
    }

    /// <summary>Rings when a packet has come or the receiving end is gone.</summary>
    public void Watch(PortBell bell) => Volatile.Write(ref _bell, bell);

    /// <summary>Takes what it can carry out of the batch, waiting for room where the options say so; the rest is counted and stays.</summary>
    public void Enqueue(PacketBatch batch)
    {
        var now = Stopwatch.GetTimestamp();
        var index = 0;
        while (!TryFill(batch, ref index, now, options.DropsWhenFull))
        {
            if (!AwaitRoom())
            {
                CountLoss(batch, index);
                return;
            }
        }
    }

    /// <summary>Takes what fits at this moment; false when packets stay for want of room, which is not counted.</summary>
    public bool TryEnqueue(PacketBatch batch)
    {
        var index = 0;
        return TryFill(batch, ref index, Stopwatch.GetTimestamp(), refusesFull: false);
    }

    /// <summary>Waits for at least one packet and adds up to a batch; false once closed.</summary>
    public bool Dequeue(PacketBatch batch)
    {
        while (!TryDequeue(batch))
        {
            if (!AwaitPackets())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Adds up to a batch of what waits; false when nothing does.</summary>
    public bool TryDequeue(PacketBatch batch)
    {
        var first = batch.Count;
        var most = Math.Min(options.BatchSize, batch.Capacity - first);
        Debug.Assert(most > 0, "a full batch cannot receive");
        if (!TryDrain(batch, most))
        {
            return false;
        }

        foreach (var packet in batch.Slots[first..])
        {
            packet!.Renew(_restoresRoom);
        }

        return true;
    }

    /// <summary>The receiving end is gone: everyone waiting returns, what waits goes back to its pools, later packets are refused.</summary>
    public void Close()
    {
        lock (_gate)
        {
            Volatile.Write(ref _isClosed, true);
            while (_waiting.TryTake(out var packet))
            {
                packet.Return();
            }

            Monitor.PulseAll(_gate);
        }

        Volatile.Read(ref _bell)?.Ring();
    }

    /// <summary>The sending end waits for room no longer: a full queue refuses.</summary>
    public void EndWaiting()
    {
        lock (_gate)
        {
            _isWaitingOver = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The sending end is gone: later packets are refused, those in the queue still arrive.</summary>
    public void EndSending()
    {
        lock (_gate)
        {
            _isSenderGone = true;
            _isWaitingOver = true;
            Monitor.PulseAll(_gate);
        }
    }

    // False when packets from index on are left for want of room.
    private bool TryFill(PacketBatch batch, ref int index, long now, bool refusesFull)
    {
        lock (_gate)
        {
            while (index < batch.Count)
            {
                if (batch[index] is not { } packet)
                {
                    index++;
                    continue;
                }

                var precedence = PrecedenceOf(packet);
                var run = CountCarried(batch.Slots[index..], precedence, now);
                if (run > 0)
                {
                    _waiting.Put(precedence, batch, index, run);
                    index += run;
                    continue;
                }

                var isFull = IsTaking && Carries(packet);
                if (isFull && !refusesFull)
                {
                    break;
                }

                var count = packet.Segments.CountIn(packet.Length);
                _counts.Refused += count;
                _refused[precedence] += isFull ? count : 0;
                index++;
            }

            if (_sleepingReceivers > 0 && _waiting.Count > 0)
            {
                Monitor.PulseAll(_gate);
            }
        }

        Volatile.Read(ref _bell)?.Ring();
        return index == batch.Count;
    }

    private bool TryDrain(PacketBatch batch, int most)
    {
        lock (_gate)
        {
            var (first, isMarked) = (batch.Count, _waiting.Highest > 0);
            _waiting.Take(batch, _isDivided && !isMarked ? Math.Min(most, PacketBatch.MostRoutine) : most, isMarked);
            if (batch.Count == first)
            {
                return false;
            }

            if (_waiting.Count == 0)
            {
                // What is empty has given out all it took in.
                (_counts.PacketsOut, _counts.BytesOut) = (_counts.PacketsIn, _counts.BytesIn);
            }
            else
            {
                CountOut(batch.Slots[first..]);
            }

            // Half the queue at once, so that a sender is woken for many packets and not for each.
            if (_sleepingSenders > 0 && _waiting.Count <= _waiting.Length / 2)
            {
                Monitor.PulseAll(_gate);
            }

            return true;
        }
    }

    private bool AwaitPackets()
    {
        for (var looks = _receiverSpin.Looks; looks > 0; looks--)
        {
            if (_waiting.Count > 0)
            {
                _receiverSpin.Paid();
                return true;
            }

            AdaptiveSpin.Pause();
        }

        _receiverSpin.Wasted();
        lock (_gate)
        {
            _sleepingReceivers++;
            while (_waiting.Count == 0 && !_isClosed)
            {
                Monitor.Wait(_gate);
            }

            _sleepingReceivers--;
            return !_isClosed;
        }
    }

    private bool AwaitRoom()
    {
        for (var looks = _senderSpin.Looks; looks > 0; looks--)
        {
            if (_waiting.Count < _waiting.Length)
            {
                _senderSpin.Paid();
                return true;
            }

            AdaptiveSpin.Pause();
        }

        _senderSpin.Wasted();
        lock (_gate)
        {
            _sleepingSenders++;
            while (_waiting.Count > _waiting.Length / 2 && !_isClosed && !_isWaitingOver)
            {
                Monitor.Wait(_gate);
            }

            _sleepingSenders--;
            return _waiting.Count < _waiting.Length && !_isClosed && !_isSenderGone;
        }
    }

    private void CountLoss(PacketBatch batch, int from)
    {
        var lost = 0;
        for (var i = from; i < batch.Count; i++)
        {
            lost += batch[i] is { } packet ? packet.Segments.CountIn(packet.Length) : 0;
        }

        lock (_gate)
        {
            _counts.Refused += lost;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Carries(PacketBuffer packet)
    {
        var segments = packet.Segments;
        if (_restoresRoom && packet.Length > packet.Capacity)
        {
            // It grew into both rooms and cannot be delivered with either.
            return false;
        }

        return segments.Kind == SegmentKind.None
            ? packet.Length > 0 && packet.Length <= _mtu
            : options.CarriesSuperframes && segments.Size > 0 && segments.HeaderLength + segments.Size <= _mtu;
    }

    private bool IsTaking => !_isClosed && !_isSenderGone;

    // Packets of one precedence at the front that there is room for and that may go in; they are stamped and counted.
    private int CountCarried(ReadOnlySpan<PacketBuffer?> slots, int precedence, long now)
    {
        var (packets, bytes, run) = (0L, 0L, 0);
        var most = IsTaking ? Math.Min(slots.Length, _waiting.RoomOf(precedence)) : 0;
        for (; run < most && slots[run] is { } packet && Carries(packet) && PrecedenceOf(packet) == precedence; run++)
        {
            packet.ArrivedAt = now;
            packets += packet.Segments.CountIn(packet.Length);
            bytes += packet.Length;
        }

        _counts.PacketsIn += packets;
        _counts.BytesIn += bytes;
        return run;
    }

    private void CountOut(ReadOnlySpan<PacketBuffer?> slots)
    {
        foreach (var packet in slots)
        {
            _counts.PacketsOut += packet!.Segments.CountIn(packet.Length);
            _counts.BytesOut += packet.Length;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int PrecedenceOf(PacketBuffer packet) =>
        _isDivided && packet.Length >= Ipv4View.MinimumHeaderLength ? IpPacketView.TosOf(packet.Packet) >> PrecedenceShift : 0;
}
