using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Adapters.Windows;

/// <summary>One side of a capture: the readings of its handles, each packet copied into the buffer it travels in, and the way back for what is sent.</summary>
internal abstract class CaptureFace : IMarkedPort, IDisposable
{
    // A millisecond without buffers is long enough to let others return some and short enough not to be seen.
    private const int StarvedWait = 1;

    private readonly CaptureReadings _routine;
    private readonly CaptureReadings? _marked;
    private readonly MarkedFirst _order;
    private readonly AutoResetEvent _arrived = new(initialState: false);
    private readonly CallGate _gate;
    private readonly Action _left;
    private readonly PortBuffers _buffers;
    private readonly InterfaceMemory _interfaces;
    private volatile bool _isEnded;
    private int _failure;

    private protected CaptureFace(string name, CaptureSettings settings, DivertSender sender, bool sorts, Action left)
    {
        Name = name;
        Mtu = settings.Mtu;
        ProtectedMtu = settings.ProtectedMtu;
        (_buffers, _interfaces, _left) = (settings.Buffers, settings.Interfaces, left);
        Sender = sender;
        _routine = new CaptureReadings(this);
        _marked = sorts ? new CaptureReadings(this) : null;
        _order = new MarkedFirst(_routine, _marked);
        _gate = new CallGate(Release);
    }

    /// <inheritdoc cref="IClearPort.Name"/>
    public string Name { get; }

    /// <inheritdoc cref="ICipherPort.Mtu"/>
    public int Mtu { get; }

    /// <inheritdoc cref="IClearPort.BatchSize"/>
    public int BatchSize { get; } = PacketBatch.DefaultCapacity;

    /// <inheritdoc/>
    public bool KeepsMarkedApart => _order.KeepsMarkedApart;

    /// <inheritdoc/>
    public bool HasMarked => KeepsMarkedApart && IsWaiting(static order => order.HasMarked);

    /// <inheritdoc cref="IClearPort.HasWaiting"/>
    public bool HasWaiting => IsWaiting(static order => order.HasWaiting);

    /// <inheritdoc cref="IClearPort.Stats"/>
    public PortStats Stats => Counters.Snapshot;

    /// <summary>Whether it takes no more readings.</summary>
    public bool IsEnded => _isEnded;

    /// <summary>The error that ended a handle by itself; 0 while there is none.</summary>
    public int Failure => Volatile.Read(ref _failure);

    /// <summary>What to take: the plan and how exactly the filters keep to it.</summary>
    public required CaptureSorter Sorter { get; set; }

    private protected int ProtectedMtu { get; }

    private protected DivertSender Sender { get; }

    private protected PortCounters Counters => Sender.Counters;

    /// <inheritdoc cref="IClearPort.Receive"/>
    public bool Receive(PacketBatch batch)
    {
        if (!_gate.TryEnter())
        {
            return false;
        }

        var isReceived = ReceiveInside(batch);
        _gate.Leave();
        return isReceived;
    }

    /// <inheritdoc/>
    public bool TryReceiveMarked(PacketBatch batch)
    {
        if (!KeepsMarkedApart || !_gate.TryEnter())
        {
            return false;
        }

        var first = batch.Count;
        if (!_isEnded)
        {
            _ = _order.DrainMarked(batch, Limit(batch));
            Counters.AddReceived(batch, first);
        }

        _gate.Leave();
        return batch.Count > first;
    }

    /// <inheritdoc cref="IClearPort.Interrupt"/>
    public void Interrupt()
    {
        if (_gate.TryEnter())
        {
            End();
            _gate.Leave();
        }
    }

    /// <summary>Takes over a reading.</summary>
    public void Offer(CaptureArena arena)
    {
        if (_isEnded)
        {
            arena.Owner.GiveBack(arena);
            return;
        }

        (arena.Owner.Filter.IsMarked && _marked is { } marked ? marked : _routine).Add(arena);
        if (_gate.TryEnter())
        {
            _arrived.Set();
            _gate.Leave();
        }
    }

    /// <summary>Counts a reading that failed.</summary>
    public void CountFailure() => Counters.AddReceiveFailures(1);

    /// <summary>Ends because a handle did, by an error.</summary>
    public void Fail(int error)
    {
        Interlocked.CompareExchange(ref _failure, error, 0);
        Interrupt();
    }

    /// <summary>Ends; calls inside come out first.</summary>
    public void Dispose()
    {
        Interrupt();
        _gate.Close();
    }

    /// <summary>Takes packets out of a reading while the batch holds fewer than <paramref name="limit"/> buffers and <paramref name="octets"/> are left to it; false when the buffers ran out.</summary>
    public bool TakeOut(CaptureArena arena, PacketBatch batch, int limit, ref int octets)
    {
        var passing = new DivertSender.Passage(Sender);
        var hasBuffers = true;
        while (!arena.IsEmpty && batch.Count < limit && octets > 0 && hasBuffers)
        {
            if (!arena.TryPeek(out var packet, out var address))
            {
                Counters.AddReceiveFailures(arena.Abandon());
                break;
            }

            var mark = CaptureMark.Of(address);
            _interfaces.Note(packet, address.Has(WinDivertMarks.Outbound), mark);
            if (!IsWanted(packet, address, arena.Owner.Filter.IsExact))
            {
                passing.Add(packet, address);
                arena.Advance(packet.Length);
            }
            else if (packet.Length > _buffers.Superframes.Capacity)
            {
                Counters.AddReceiveFailures(1);
                arena.Advance(packet.Length);
            }
            else if (_buffers.TryRent(packet.Length) is { } buffer)
            {
                packet.CopyTo(buffer.SetLength(packet.Length));
                buffer.PortMark = mark.Value;
                buffer.ArrivedAt = address.Timestamp;
                Prepare(buffer, address);
                batch.Add(buffer);
                octets -= packet.Length;
                arena.Advance(packet.Length);
            }
            else
            {
                hasBuffers = false;
            }
        }

        passing.Finish();
        return hasBuffers;
    }

    /// <summary>Makes a captured packet ready for the line.</summary>
    private protected abstract void Prepare(PacketBuffer packet, in WinDivertAddress address);

    /// <summary>Whether a packet goes to the line; otherwise it goes on as it came. <paramref name="isExact"/> says that its filter matches nothing else.</summary>
    private protected abstract bool IsWanted(Span<byte> packet, in WinDivertAddress address, bool isExact);

    private protected void SendInside(PacketBatch batch, bool isOutbound)
    {
        if (!_gate.TryEnter())
        {
            Counters.AddSendFailures(PortCounters.PacketsIn(batch, 0));
            return;
        }

        Sender.Send(batch, isOutbound);
        _gate.Leave();
    }

    private bool IsWaiting(Func<MarkedFirst, bool> look)
    {
        if (!_gate.TryEnter())
        {
            return false;
        }

        var isWaiting = !_isEnded && look(_order);
        _gate.Leave();
        return isWaiting;
    }

    private bool ReceiveInside(PacketBatch batch)
    {
        var first = batch.Count;
        var limit = Limit(batch);
        while (!_isEnded)
        {
            var result = _order.Drain(batch, limit);
            if (batch.Count > first || result == DrainResult.Full)
            {
                break;
            }

            _ = result == DrainResult.Starved ? _arrived.WaitOne(StarvedWait) : _arrived.WaitOne();
        }

        Counters.AddReceived(batch, first);
        return batch.Count > first;
    }

    private int Limit(PacketBatch batch) => Math.Min(batch.Capacity, batch.Count + BatchSize);

    private void End()
    {
        _isEnded = true;
        _arrived.Set();
    }

    private void Release()
    {
        _arrived.Dispose();
        _left();
    }
}
