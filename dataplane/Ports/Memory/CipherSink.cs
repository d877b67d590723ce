using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ports.Memory;

/// <summary>A cipher port that counts what leaves, carries it nowhere and receives nothing.</summary>
public sealed class CipherSink(int mtu) : ICipherPort
{
    private readonly ManualResetEventSlim _isInterrupted = new();
    private long _sent;

    /// <inheritdoc/>
    public string Name => "sink";

    /// <inheritdoc/>
    public int Mtu => mtu;

    /// <inheritdoc/>
    public int BatchSize => PacketBatch.DefaultCapacity;

    /// <inheritdoc/>
    public PortStats Stats => new(0, 0, Sent, 0, 0, 0);

    /// <summary>Packets that left so far.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <inheritdoc/>
    public bool Receive(PacketBatch batch)
    {
        _isInterrupted.Wait();
        return false;
    }

    /// <inheritdoc/>
    public void Send(PacketBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Interlocked.Add(ref _sent, batch.Count);
    }

    /// <inheritdoc/>
    public void Pass(PacketBatch batch) => Send(batch);

    /// <inheritdoc/>
    public void Interrupt() => _isInterrupted.Set();

    /// <inheritdoc/>
    public void Dispose() => _isInterrupted.Dispose();
}
