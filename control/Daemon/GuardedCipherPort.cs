using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Daemon;

/// <summary>A cipher port whose end is noted.</summary>
internal sealed class GuardedCipherPort(ICipherPort inner, PortGuard guard) : ICipherPort, IMarkedPort
{
    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public int Mtu => inner.Mtu;

    /// <inheritdoc/>
    public int BatchSize => inner.BatchSize;

    /// <inheritdoc/>
    public bool FragmentsItself => inner.FragmentsItself;

    /// <inheritdoc/>
    public bool HasWaiting => inner.HasWaiting;

    /// <inheritdoc/>
    public PacketArrival? LatestArrival => inner.LatestArrival;

    /// <inheritdoc/>
    public bool KeepsMarkedApart => inner is IMarkedPort { KeepsMarkedApart: true };

    /// <inheritdoc/>
    public bool HasMarked => inner is IMarkedPort { HasMarked: true };

    /// <inheritdoc/>
    public IJointWait? JointWait => inner.JointWait;

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
    public void Send(PacketBatch batch) => inner.Send(batch);

    /// <inheritdoc/>
    public void Pass(PacketBatch batch) => inner.Pass(batch);

    /// <inheritdoc/>
    public void Interrupt() => inner.Interrupt();

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();
}
