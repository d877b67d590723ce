using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>One face of a capture: waiting, interruption and disposal are the same on either side.</summary>
internal abstract class QueuePort : IDisposable
{
    // A millisecond without buffers is long enough to let others return some and short enough not to be seen.
    private const int StarvedWait = 1;

    private readonly WakeEvent _wake;
    private readonly CallGate _gate;

    private readonly KernelCounts _kernel;

    private protected QueuePort(string name, int mtu, QueueReader reader, PortCounters counters, KernelCounts kernel, IEnumerable<int> beside)
    {
        var socket = reader.Socket;
        (Name, Mtu, Socket, Reader, Counters, _kernel) = (name, mtu, socket, reader, counters, kernel);
        _wake = new WakeEvent([socket.Descriptor, .. beside]);
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

    /// <summary>Counters since creation; what the kernel lost before it could be received counts as failures to receive.</summary>
    public PortStats Stats
    {
        get
        {
            var counted = Counters.Snapshot;
            var lost = 0L;
            for (var i = 0; i < Socket.Queues.Count; i++)
            {
                lost += _kernel.Read(Socket.Queues[i], 1).Lost;
            }

            return counted with { ReceiveFailures = counted.ReceiveFailures + lost };
        }
    }

    /// <summary>The socket whose packets are received here.</summary>
    public QueueSocket Socket { get; }

    /// <summary>What reads it.</summary>
    public QueueReader Reader { get; }

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
            var result = Reader.Drain(batch, limit);
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
        Socket.Dispose();
        ReleaseBeside();
        _wake.Dispose();
    }
}
