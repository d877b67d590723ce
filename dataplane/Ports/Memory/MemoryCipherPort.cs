using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ports.Memory;

/// <summary>One end of a <see cref="MemoryCipherLink"/>.</summary>
/// <remarks>Unless <see cref="MemoryPortOptions.DropsWhenFull"/>, a full link makes its sender wait until the other end has received or closed, or this end is interrupted.</remarks>
public sealed class MemoryCipherPort : ICipherPort, IPolledPort
{
    private readonly MemoryPortOptions _options;
    private readonly PacketQueue _inbound;
    private readonly PacketQueue _outbound;

    internal MemoryCipherPort(string name, MemoryPortOptions options, PacketQueue inbound, PacketQueue outbound)
    {
        Name = name;
        _options = options;
        _inbound = inbound;
        _outbound = outbound;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Mtu => _options.Mtu;

    /// <inheritdoc/>
    public int BatchSize => _options.BatchSize;

    /// <inheritdoc/>
    public PortStats Stats
    {
        get
        {
            var received = _inbound.Counts;
            var sent = _outbound.Counts;
            return new PortStats(received.PacketsOut, received.BytesOut, sent.PacketsIn, sent.BytesIn, 0, sent.Refused);
        }
    }

    /// <inheritdoc/>
    public int Waiting => _inbound.Highest;

    /// <inheritdoc/>
    public bool IsOver => _inbound.IsClosed;

    /// <summary>Packets of a precedence that found its queue full when this end sent them.</summary>
    public long RefusedOf(int precedence) => _outbound.RefusedOf(precedence);

    /// <inheritdoc/>
    public bool Receive(PacketBatch batch) => _inbound.Dequeue(batch);

    /// <inheritdoc/>
    public bool TryReceive(PacketBatch batch) => _inbound.TryDequeue(batch);

    /// <inheritdoc/>
    public void Watch(PortBell bell) => _inbound.Watch(bell);

    /// <inheritdoc/>
    public void Send(PacketBatch batch) => _outbound.Enqueue(batch);

    /// <inheritdoc/>
    public void Pass(PacketBatch batch) => _outbound.Enqueue(batch);

    /// <inheritdoc/>
    public void Interrupt()
    {
        _inbound.Close();
        _outbound.EndWaiting();
    }

    /// <summary>Closes this end: its own queue goes back to the pools, what it sent still arrives.</summary>
    public void Dispose()
    {
        _inbound.Close();
        _outbound.EndSending();
    }
}
