using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Throughput.Seal;

/// <summary>A port that puts what it is to send or to inject into one batch, for the next round.</summary>
internal sealed class KeepingPort(PacketBatch kept, int mtu) : IClearPort, ICipherPort
{
    /// <inheritdoc cref="IClearPort.Name"/>
    public string Name => "keeping";

    /// <inheritdoc cref="IClearPort.Mtu"/>
    public int Mtu => mtu;

    /// <inheritdoc cref="IClearPort.BatchSize"/>
    public int BatchSize => PacketBatch.DefaultCapacity;

    /// <inheritdoc cref="IClearPort.Stats"/>
    public PortStats Stats => default;

    /// <inheritdoc cref="IClearPort.Receive"/>
    public bool Receive(PacketBatch batch) => false;

    /// <inheritdoc/>
    public void Inject(PacketBatch batch) => Keep(batch);

    /// <inheritdoc/>
    public void Send(PacketBatch batch) => Keep(batch);

    /// <inheritdoc/>
    public void Pass(PacketBatch batch) => batch.Clear();

    /// <inheritdoc cref="IClearPort.Interrupt"/>
    public void Interrupt()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Keep(PacketBatch batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch.Take(i) is { } packet)
            {
                kept.Add(packet);
            }
        }
    }
}
