using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Adapters.Linux;

/// <summary>One queue of a TUN device, or two that the kernel sorts into: what the host routes into the interface is received, marked packets first; what is injected arrives at the host.</summary>
/// <remarks>Made by <see cref="TunDevice.Open"/>. Superframes pass both ways; a frame of more than 128 packets is cut.</remarks>
public sealed class TunPort : IClearPort, IMarkedPort, IEntrustedPort
{
    // A millisecond without buffers is long enough to let others return some and short enough not to be seen.
    private const int StarvedWait = 1;

    // Of what is waited for the marked descriptor is the second; where there is none, the second wakes the thread for good.
    private const uint MarkedIsReadable = 1 << 1;

    private readonly int _descriptor;
    private readonly int? _markedDescriptor;
    private readonly WakeEvent _wake;
    private readonly TunReader _reader;
    private readonly TunReader? _marked;
    private readonly MarkedFirst _order;
    private readonly TunWriter _writer;
    private readonly CallGate _gate;
    private readonly PortCounters _counters = new();
    private LonePackets _lone;
    private bool _isDrained;
    private WakeEvent? _joinedTo;

    internal TunPort(int descriptor, int? markedDescriptor, string device, int queue, TunOptions options, TunOffloads offloads)
    {
        (_descriptor, _markedDescriptor) = (descriptor, markedDescriptor);
        Name = $"tun:{device}/{queue}";
        Mtu = options.Mtu;
        _wake = new WakeEvent(markedDescriptor is { } other ? [descriptor, other] : [descriptor]);
        _reader = new TunReader(descriptor, options.Buffers, _counters);
        _marked = markedDescriptor is { } marked ? new TunReader(marked, options.Buffers, _counters) : null;
        _order = new MarkedFirst(_reader, _marked);
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

    /// <inheritdoc/>
    public IEntrustedPort? Entrusted => this;

    /// <inheritdoc/>
    public bool HoldsMore => _reader.HoldsPieces || _marked is { HoldsPieces: true };

    /// <inheritdoc/>
    public PortStats Stats => _counters.Snapshot;

    /// <summary>How many descriptors it has.</summary>
    internal int Descriptors => _markedDescriptor is null ? 1 : 2;

    /// <summary>Superframes given to the host, merged by the port or handed in as such.</summary>
    public long InjectedSuperframes => _writer.Superframes;

    /// <summary>Superframes the host sent.</summary>
    public long ReceivedSuperframes => _reader.Superframes + (_marked?.Superframes ?? 0);

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
    public bool TryReceive(PacketBatch batch)
    {
        if (!_gate.TryEnter())
        {
            return false;
        }

        var before = batch.Count;
        if (!_wake.IsRaised)
        {
            if (_joinedTo?.TakeFoundOfAnother() is { } found and not 0)
            {
                Note(found);
            }

            _ = Drain(batch, Limit(batch));
        }

        _gate.Leave();
        return batch.Count > before;
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
            _ = _order.DrainMarked(batch, Limit(batch));
            // A reader may hold more, which ends no wait.
            _isDrained = false;
        }

        _gate.Leave();
        return batch.Count > before;
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

    /// <summary>Lets another's waits end for what comes here; false when it cannot.</summary>
    internal bool TryJoin(WakeEvent other)
    {
        if (!_gate.TryEnter())
        {
            return false;
        }

        var isJoined = other.TryJoin(_wake);
        _joinedTo = other;
        _gate.Leave();
        return isJoined;
    }

    /// <summary>Undoes <see cref="TryJoin"/>.</summary>
    internal void Part(WakeEvent other)
    {
        // Behind the gate the descriptors are closed, which takes them out of every set, and their numbers may be others'.
        if (_gate.TryEnter())
        {
            other.Part(_wake);
            _gate.Leave();
        }
    }

    private bool ReceiveInside(PacketBatch batch)
    {
        var limit = Limit(batch);
        var before = batch.Count;
        if (_lone.AreExpected && _isDrained)
        {
            AwaitFrame();
        }

        while (!_wake.IsRaised)
        {
            var result = Drain(batch, limit);
            if (batch.Count > before)
            {
                return true;
            }

            switch (result)
            {
                case DrainResult.Empty:
                    AwaitFrame();
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

    private DrainResult Drain(PacketBatch batch, int limit)
    {
        var before = batch.Count;
        _reader.TakesOne = _lone.AreExpected;
        var result = _order.Drain(batch, limit);
        _isDrained = result == DrainResult.Empty;
        if (batch.Count > before)
        {
            _lone.Count(batch.Count - before, Environment.TickCount64);
        }

        return result;
    }

    private void AwaitFrame() => Note(_wake.AwaitReadable());

    private void Note(uint readable)
    {
        if ((readable & MarkedIsReadable) == 0)
        {
            _order.FoundNoMarked();
        }
    }

    private int Limit(PacketBatch batch) => Math.Min(batch.Count + BatchSize, batch.Capacity);

    private void Release()
    {
        _reader.Release();
        _marked?.Release();
        _wake.Dispose();
        _ = Libc.Close(_descriptor);
        if (_markedDescriptor is { } marked)
        {
            _ = Libc.Close(marked);
        }
    }
}
