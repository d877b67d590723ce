using System.Diagnostics;
using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Adapters.Linux;

/// <summary>One queue of a TUN device, or two that the kernel sorts into: what the host routes into the interface is received, marked packets first; what is injected arrives at the host.</summary>
/// <remarks>Made by <see cref="TunDevice.Open"/>. Superframes pass both ways; a frame of more than 128 packets is cut.</remarks>
public sealed class TunPort : IClearPort, IMarkedPort
{
    // A millisecond without buffers is long enough to let others return some and short enough not to be seen.
    private const int StarvedWait = 1;

    // A look is a system call, and a batch of one superframe takes little more than a dozen of them. What came since the last look waits so long at most.
    private static readonly long LookAgain = Stopwatch.Frequency / 20_000;

    private readonly int _descriptor;
    private readonly int? _markedDescriptor;
    private readonly WakeEvent _wake;
    private readonly TunReader _reader;
    private readonly TunReader? _marked;
    private readonly TunWriter _writer;
    private readonly CallGate _gate;
    private readonly PortCounters _counters = new();

    // When marked packets were looked for in vain; 0 where that is to be done again at once.
    private long _lookedAt;

    internal TunPort(int descriptor, int? markedDescriptor, string device, int queue, TunOptions options, TunOffloads offloads)
    {
        (_descriptor, _markedDescriptor) = (descriptor, markedDescriptor);
        Name = $"tun:{device}/{queue}";
        Mtu = options.Mtu;
        _wake = new WakeEvent(markedDescriptor is { } other ? [descriptor, other] : [descriptor]);
        _reader = new TunReader(descriptor, options.Buffers, _counters);
        _marked = markedDescriptor is { } marked ? new TunReader(marked, options.Buffers, _counters) : null;
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
    public bool KeepsMarkedApart => _marked is not null;

    /// <inheritdoc/>
    public bool HasMarked
    {
        get
        {
            if (_markedDescriptor is not { } marked || !_gate.TryEnter())
            {
                return false;
            }

            var isWaiting = !_wake.IsRaised && (_marked!.HoldsPieces || Libc.IsReadable(marked));
            _gate.Leave();
            return isWaiting;
        }
    }

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
    public bool TryReceiveMarked(PacketBatch batch)
    {
        if (_marked is null || !_gate.TryEnter())
        {
            return false;
        }

        var before = batch.Count;
        if (!_wake.IsRaised)
        {
            _ = _marked.Drain(batch, Room(batch));
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

    private bool ReceiveInside(PacketBatch batch)
    {
        var limit = Room(batch);
        while (!_wake.IsRaised)
        {
            var before = batch.Count;
            var result = Drain(batch, limit);
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

    // Marked packets alone, so that they are admitted before others are taken; of others not so many that marked ones wait for them long.
    private DrainResult Drain(PacketBatch batch, int limit)
    {
        if (_marked is null)
        {
            return _reader.Drain(batch, limit);
        }

        var before = batch.Count;
        var now = Stopwatch.GetTimestamp();
        if (now - _lookedAt >= LookAgain)
        {
            var marked = _marked.Drain(batch, limit);
            _lookedAt = 0;
            if (batch.Count > before || marked is DrainResult.Starved or DrainResult.Gone)
            {
                return marked;
            }

            _lookedAt = now;
        }

        var result = _reader.Drain(batch, limit, PacketBatch.MostRoutineOctets);
        if (batch.Count == before)
        {
            // The thread waits now, and what wakes it may be a marked packet.
            _lookedAt = 0;
        }

        return result;
    }

    private int Room(PacketBatch batch) => Math.Min(BatchSize, batch.Capacity - batch.Count);

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
