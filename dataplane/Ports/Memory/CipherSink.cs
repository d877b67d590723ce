using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Host.Measure;

/// <summary>A cipher port that counts what leaves, carries it nowhere and receives nothing.</summary>
internal sealed class CipherSink(int mtu) : ICipherPort
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
    public PortStats Stats => new(0, 0, Volatile.Read(ref _sent), 0, 0, 0);

    /// <inheritdoc/>
    public bool Receive(PacketBatch batch)
    {
        _isInterrupted.Wait();
        return false;
    }

    /// <inheritdoc/>
    public void Send(PacketBatch batch) => Interlocked.Add(ref _sent, batch.Count);

    /// <inheritdoc/>
    public void Pass(PacketBatch batch) => Send(batch);

    /// <inheritdoc/>
    public void Interrupt() => _isInterrupted.Set();

    /// <inheritdoc/>
    public void Dispose() => _isInterrupted.Dispose();
}
