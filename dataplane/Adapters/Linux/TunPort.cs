using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Adapters.Linux;

/// <summary>One queue of a TUN device: what the host routes into the interface is received, what is injected arrives at the host.</summary>
/// <remarks>Made by <see cref="TunDevice.Open"/>. Superframes pass both ways; a frame of more than 128 packets is cut.</remarks>
public sealed class TunPort : IClearPort
{
    // A millisecond without buffers is long enough to let others return some and short enough not to be seen.
    private const int StarvedWait = 1;

    private readonly int _descriptor;
    private readonly WakeEvent _wake;
    private readonly TunReader _reader;
    private readonly TunWriter _writer;
    private readonly CallGate _gate;
    private readonly PortCounters _counters = new();

    internal TunPort(int descriptor, string device, int queue, TunOptions options, TunOffloads offloads)
    {
        _descriptor = descriptor;
        Name = $"tun:{device}/{queue}";
        Mtu = options.Mtu;
        _wake = new WakeEvent(descriptor);
        _reader = new TunReader(descriptor, options.Buffers, _counters);
        _writer = new TunWriter(descriptor, options.Buffers, _counters, offloads);
        _gate = new CallGate(Release);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Mtu { get; }

    /// <inheritdoc/>
    public int BatchSize => PacketBatch.DefaultCapacity;

    /// <inheritdoc/>
    public bool HasWaiting => _wake.IsReadableInside(_gate);

    /// <inheritdoc/>
    public PortStats Stats => _counters.Snapshot;

    /// <summary>Superframes given to the host, merged by the port or handed in as such.</summary>
    public long InjectedSuperframes => _writer.Superframes;

    /// <summary>Superframes the host sent.</summary>
    public long ReceivedSuperframes => _reader.Superframes;

    /// <summary>Whether TCP segments are merged; turned off for good when the kernel refuses one.</summary>
    public bool MergesTcp => _writer.JoinsTcp;

    /// <summary>Whether UDP datagrams are merged; turned off for good when the kernel refuses one.</summary>
    public bool MergesUdp => _writer.JoinsUdp;

    /// <inheritdoc/>
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
    public void Inject(PacketBatch batch)
    {
        if (!_gate.TryEnter())
        {
            _counters.AddSendFailures(PortCounters.PacketsIn(batch, 0));
            return;
        }

        _writer.Write(batch);
        _gate.Leave();
    }

    /// <inheritdoc/>
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

    private bool ReceiveInside(PacketBatch batch)
    {
        var limit = Math.Min(BatchSize, batch.Capacity - batch.Count);
        while (!_wake.IsRaised)
        {
            var before = batch.Count;
            var result = _reader.Drain(batch, limit);
            if (batch.Count > before)
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

                case DrainResult.Gone:
                    _wake.Raise();
                    break;

                default:
                    return true;
            }
        }

        return false;
    }

    private void Release()
    {
        _reader.Release();
        _wake.Dispose();
        _ = Libc.Close(_descriptor);
    }
}
