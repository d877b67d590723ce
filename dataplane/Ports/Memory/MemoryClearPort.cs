using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ports.Memory;

/// <summary>A clear port whose host is whoever calls its Host methods: the packets themselves change hands, in their order.</summary>
/// <remarks>Unless <see cref="MemoryPortOptions.DropsWhenFull"/>, either side waits while the other is full and open.</remarks>
public sealed class MemoryClearPort : IClearPort, IPolledPort
{
    private readonly MemoryPortOptions _options;
    private readonly PacketQueue _fromHost;
    private readonly PacketQueue _toHost;

    /// <summary>A port with an empty queue each way.</summary>
    public MemoryClearPort(MemoryPortOptions? options = null)
    {
        _options = options ?? new MemoryPortOptions();
        _options.ThrowIfImpossible();
        _fromHost = new PacketQueue(_options);
        _toHost = new PacketQueue(_options);
    }

    /// <inheritdoc/>
    public string Name => _options.Name;

    /// <inheritdoc/>
    public int Mtu => _options.Mtu;

    /// <inheritdoc/>
    public int BatchSize => _options.BatchSize;

    /// <inheritdoc/>
    public PortStats Stats
    {
        get
        {
            var received = _fromHost.Counts;
            var injected = _toHost.Counts;
            return new PortStats(received.PacketsOut, received.BytesOut, injected.PacketsIn, injected.BytesIn, received.Refused, injected.Refused);
        }
    }

    /// <inheritdoc/>
    public int Waiting => _fromHost.Highest;

    /// <inheritdoc/>
    public bool IsOver => _fromHost.IsClosed;

    /// <inheritdoc/>
    public bool Receive(PacketBatch batch) => _fromHost.Dequeue(batch);

    /// <inheritdoc/>
    public bool TryReceive(PacketBatch batch) => _fromHost.TryDequeue(batch);

    /// <inheritdoc/>
    public void Watch(PortBell bell) => _fromHost.Watch(bell);

    /// <inheritdoc/>
    public void Inject(PacketBatch batch) => _toHost.Enqueue(batch);

    /// <inheritdoc/>
    public void Interrupt()
    {
        _fromHost.Close();
        _toHost.EndWaiting();
    }

    /// <summary>The host sends packets in their order, by any thread; what the port does not carry stays in the batch and counts as <see cref="PortStats.ReceiveFailures"/>.</summary>
    public void HostSend(PacketBatch batch) => _fromHost.Enqueue(batch);

    /// <summary>The same without waiting; false when packets stay in the batch for want of room, which counts nowhere.</summary>
    public bool TryHostSend(PacketBatch batch) => _fromHost.TryEnqueue(batch);

    /// <summary>Blocks until the port has injected at least one packet and adds what is waiting; false once the host was interrupted or the port disposed.</summary>
    public bool HostReceive(PacketBatch batch) => _toHost.Dequeue(batch);

    /// <summary>Packets that wait for the host, asked without a lock.</summary>
    public int HostWaiting => _toHost.Waiting;

    /// <summary>Makes a blocked and every later <see cref="HostReceive"/> return false, and a blocked <see cref="HostSend"/> give up.</summary>
    public void HostInterrupt()
    {
        _toHost.Close();
        _fromHost.EndWaiting();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _fromHost.Close();
        _toHost.Close();
    }
}
