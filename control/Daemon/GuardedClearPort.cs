using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Daemon;

/// <summary>A clear port whose end is noted.</summary>
internal sealed class GuardedClearPort(IClearPort inner, PortGuard guard) : IClearPort, IMarkedPort
{
    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public int Mtu => inner.Mtu;

    /// <inheritdoc/>
    public bool ComesBeforeFragmenting => inner.ComesBeforeFragmenting;

    /// <inheritdoc/>
    public int BatchSize => inner.BatchSize;

    /// <inheritdoc/>
    public bool HasWaiting => inner.HasWaiting;

    /// <inheritdoc/>
    public bool KeepsMarkedApart => inner is IMarkedPort { KeepsMarkedApart: true };

    /// <inheritdoc/>
    public bool HasMarked => inner is IMarkedPort { HasMarked: true };

    /// <inheritdoc/>
    public IEntrustedPort? Entrusted => inner.Entrusted;

    /// <inheritdoc/>
    public PortStats Stats => inner.Stats;

    /// <inheritdoc/>
    public bool Receive(PacketBatch batch)
    {
        var isReceived = inner.Receive(batch);
        if (!isReceived)
        {
            guard.Ended(Name);
        }

        return isReceived;
    }

    /// <inheritdoc/>
    public bool TryReceiveMarked(PacketBatch batch) => inner is IMarkedPort marked && marked.TryReceiveMarked(batch);

    /// <inheritdoc/>
    public void Inject(PacketBatch batch) => inner.Inject(batch);

    /// <inheritdoc/>
    public void Interrupt() => inner.Interrupt();

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();
}
