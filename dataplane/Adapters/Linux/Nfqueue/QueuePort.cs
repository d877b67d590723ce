using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>One face of a capture: waiting, interruption and disposal are the same on either side.</summary>
internal abstract class QueuePort : IMarkedPort, IDisposable
{
    // A millisecond without buffers is long enough to let others return some and short enough not to be seen.
    private const int StarvedWait = 1;

    private readonly WakeEvent _wake;
    private readonly CallGate _gate;

    private readonly KernelCounts _kernel;
    private readonly ushort[] _queues;
    private readonly MarkedFirst _order;

    private protected QueuePort(string name, int mtu, QueueReader reader, QueueReader? marked, PortCounters counters, KernelCounts kernel, IEnumerable<int> beside)
    {
        (Name, Mtu, _order, Counters, _kernel) = (name, mtu, new MarkedFirst(reader, marked), counters, kernel);
        Readers = marked is null ? [reader] : [reader, marked];
        _queues = [.. Readers.SelectMany(each => each.Socket.Queues)];
        _wake = new WakeEvent([.. Readers.Select(each => each.Socket.Descriptor), .. beside]);
        _gate = new CallGate(Release);
    }

    /// <summary>The name an operator reads.</summary>
    public string Name { get; }

    /// <summary>The link's MTU.</summary>
    public int Mtu { get; }

    /// <summary>Most buffers one Receive adds.</summary>
    public int BatchSize { get; } = PacketBatch.DefaultCapacity;

    /// <summary>Whether a packet waits at the queue or beside it.</summary>
    public bool HasWaiting => _wake.IsReadableInside(_gate);

    /// <inheritdoc/>
    public bool KeepsMarkedApart => _order.KeepsMarkedApart;

    /// <inheritdoc/>
    public bool HasMarked
    {
        get
        {
            if (!KeepsMarkedApart || !_gate.TryEnter())
            {
                return false;
            }

            var isWaiting = !_wake.IsRaised && _order.HasMarked;
            _gate.Leave();
            return isWaiting;
        }
    }

    /// <summary>Counters since creation; what the kernel lost before it could be received counts as failures to receive.</summary>
    public PortStats Stats
    {
        get
        {
            var counted = Counters.Snapshot;
            var lost = 0L;
            for (var i = 0; i < _queues.Length; i++)
            {
                lost += _kernel.Read(_queues[i], 1).Lost;
            }

            return counted with { ReceiveFailures = counted.ReceiveFailures + lost };
        }
    }

    /// <summary>What reads the port's sockets, that of marked packets last.</summary>
    public IReadOnlyList<QueueReader> Readers { get; }

    private protected PortCounters Counters { get; }

    /// <summary>Receive of the port.</summary>
    public bool Receive(PacketBatch batch)
    {
        if (!_gate.TryEnter())
        {
            return false;
        }

        var before = batch.Count;
        var limit = batch.Count + Math.Min(BatchSize, batch.Capacity - batch.Count);
        var isReceived = ReceiveInside(batch, limit);
        Counters.AddReceived(batch, before);
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

        var before = batch.Count;
        if (!_wake.IsRaised)
        {
            _ = _order.DrainMarked(batch, before + Math.Min(BatchSize, batch.Capacity - before));
            Counters.AddReceived(batch, before);
        }

        _gate.Leave();
        return batch.Count > before;
    }

    /// <summary>Makes a blocked and every later Receive return false.</summary>
    public void Interrupt()
    {
        if (_gate.TryEnter())
        {
            _wake.Raise();
            _gate.Leave();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Interrupt();
        _gate.Close();
    }

    private protected bool TryEnter(PacketBatch batch)
    {
        if (_gate.TryEnter())
        {
            return true;
        }

        Counters.AddSendFailures(PortCounters.PacketsIn(batch, 0));
        return false;
    }

    private protected void Leave() => _gate.Leave();

    /// <summary>Adds what came beside the queue.</summary>
    private protected virtual void DrainBeside(PacketBatch batch, int limit)
    {
    }

    private protected abstract void ReleaseBeside();

    private bool ReceiveInside(PacketBatch batch, int limit)
    {
        var before = batch.Count;
        while (!_wake.IsRaised)
        {
            var result = _order.Drain(batch, limit);
            if (result != DrainResult.Full)
            {
                DrainBeside(batch, limit);
            }

            if (batch.Count > before || result == DrainResult.Full)
            {
                return true;
            }

            switch (result)
            {
                case DrainResult.Empty:
                    _wake.AwaitReadable();
                    break;

                case DrainResult.Starved:
                    _wake.Await(StarvedWait);
                    break;

                default:
                    _wake.Raise();
                    break;
            }
        }

        return false;
    }

    private void Release()
    {
        foreach (var reader in Readers)
        {
            reader.Socket.Dispose();
        }

        ReleaseBeside();
        _wake.Dispose();
    }
}
