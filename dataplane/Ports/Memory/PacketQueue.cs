using System.Diagnostics;
using System.Runtime.CompilerServices;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ports.Memory;

/// <summary>One direction of a memory port: a bounded ring of buffers that moves a batch under one lock and allocates nothing, waiting included.</summary>
internal sealed class PacketQueue(MemoryPortOptions options)
{
    private readonly object _gate = new();
    private readonly PacketBuffer?[] _ring = new PacketBuffer?[options.QueueLength];
    private int _head;
    private int _count;
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

    /// <summary>Takes what it can carry out of the batch, waiting for room where the options say so; the rest is counted and stays.</summary>
    public void Enqueue(PacketBatch batch)
    {
        var now = Stopwatch.GetTimestamp();
        var index = 0;
        while (!TryFill(batch, ref index, now))
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
        return TryFill(batch, ref index, Stopwatch.GetTimestamp());
    }

    /// <summary>Waits for at least one packet and adds up to a batch; false once closed.</summary>
    public bool Dequeue(PacketBatch batch)
    {
        var first = batch.Count;
        var most = Math.Min(options.BatchSize, batch.Capacity - first);
        Debug.Assert(most > 0, "a full batch cannot receive");
        while (!TryDrain(batch, most))
        {
            if (!AwaitPackets())
            {
                return false;
            }
        }

        for (var i = first; i < batch.Count; i++)
        {
            batch[i]!.Renew(options.RestoresRoom);
        }

        return true;
    }

    /// <summary>The receiving end is gone: everyone waiting returns, what waits goes back to its pools, later packets are refused.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            for (; _count > 0; _count--)
            {
                TakeHead().Return();
            }

            Monitor.PulseAll(_gate);
        }
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
    private bool TryFill(PacketBatch batch, ref int index, long now)
    {
        lock (_gate)
        {
            for (; index < batch.Count; index++)
            {
                var run = CountCarried(batch.Slots[index..], now);
                Put(batch, index, run);
                index += run;
                if (index < batch.Count && batch[index] is { } packet)
                {
                    if (IsTaking && Carries(packet))
                    {
                        break;
                    }

                    _counts.Refused += packet.Segments.CountIn(packet.Length);
                }
            }

            index = Math.Min(index, batch.Count);
            if (_sleepingReceivers > 0 && _count > 0)
            {
                Monitor.PulseAll(_gate);
            }

            return index == batch.Count;
        }
    }

    private bool TryDrain(PacketBatch batch, int most)
    {
        lock (_gate)
        {
            if (_count == 0)
            {
                return false;
            }

            var taken = Math.Min(most, _count);
            var beforeEnd = Math.Min(taken, _ring.Length - _head);
            TakeRun(batch, beforeEnd);
            TakeRun(batch, taken - beforeEnd);
            if (_count == 0)
            {
                // What is empty has given out all it took in.
                (_counts.PacketsOut, _counts.BytesOut) = (_counts.PacketsIn, _counts.BytesIn);
            }
            else
            {
                CountOut(batch.Slots[^taken..]);
            }

            // Half the queue at once, so that a sender is woken for many packets and not for each.
            if (_sleepingSenders > 0 && _count <= _ring.Length / 2)
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
            if (Volatile.Read(ref _count) > 0)
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
            while (_count == 0 && !_isClosed)
            {
                Monitor.Wait(_gate);
            }

            _sleepingReceivers--;
            return !_isClosed;
        }
    }

    private bool AwaitRoom()
    {
        if (options.DropsWhenFull)
        {
            return false;
        }

        for (var looks = _senderSpin.Looks; looks > 0; looks--)
        {
            if (Volatile.Read(ref _count) < _ring.Length)
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
            while (_count > _ring.Length / 2 && !_isClosed && !_isWaitingOver)
            {
                Monitor.Wait(_gate);
            }

            _sleepingSenders--;
            return _count < _ring.Length && !_isClosed && !_isSenderGone;
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
        if (packet.Length > packet.Capacity)
        {
            // It grew into both rooms and cannot be delivered with either.
            return false;
        }

        return segments.Kind == SegmentKind.None
            ? packet.Length > 0 && packet.Length <= options.Mtu
            : options.CarriesSuperframes && segments.Size > 0 && segments.HeaderLength + segments.Size <= options.Mtu;
    }

    private bool IsTaking => !_isClosed && !_isSenderGone;

    // Packets at the front that there is room for and that may go in; they are stamped and counted.
    private int CountCarried(ReadOnlySpan<PacketBuffer?> slots, long now)
    {
        var (packets, bytes, run) = (0L, 0L, 0);
        var most = IsTaking ? Math.Min(slots.Length, _ring.Length - _count) : 0;
        for (; run < most && slots[run] is { } packet && Carries(packet); run++)
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

    // A run is moved whole, in two pieces where the ring ends within it.
    private void Put(PacketBatch batch, int index, int run)
    {
        var tail = _head + _count < _ring.Length ? _head + _count : _head + _count - _ring.Length;
        var beforeEnd = Math.Min(run, _ring.Length - tail);
        batch.TakeRun(index, _ring.AsSpan(tail, beforeEnd));
        batch.TakeRun(index + beforeEnd, _ring.AsSpan(0, run - beforeEnd));
        _count += run;
    }

    private void TakeRun(PacketBatch batch, int run)
    {
        var slots = _ring.AsSpan(_head, run);
        batch.AddRun(slots);
        slots.Clear();
        _head = _head + run < _ring.Length ? _head + run : 0;
        _count -= run;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private PacketBuffer TakeHead()
    {
        var packet = _ring[_head]!;
        _ring[_head] = null;
        _head = _head + 1 < _ring.Length ? _head + 1 : 0;
        return packet;
    }
}
