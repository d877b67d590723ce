using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Daemon.Capture;

/// <summary>The network's side where ESP travels in UDP: what is sealed leaves by the socket of the port, all else by the host's own path. The socket is received from as a port of its own.</summary>
internal sealed class SplitCipherPort(ICipherPort path, ICipherPort socket) : ICipherPort, IMarkedPort
{
    /// <inheritdoc/>
    public string Name => path.Name;

    /// <inheritdoc/>
    public int Mtu => Math.Min(path.Mtu, socket.Mtu);

    /// <inheritdoc/>
    public int BatchSize => path.BatchSize;

    /// <inheritdoc/>
    public bool FragmentsItself => socket.FragmentsItself;

    /// <inheritdoc/>
    public bool HasWaiting => path.HasWaiting;

    /// <inheritdoc/>
    public PacketArrival? LatestArrival => path.LatestArrival;

    /// <inheritdoc/>
    public bool KeepsMarkedApart => path is IMarkedPort { KeepsMarkedApart: true };

    /// <inheritdoc/>
    public bool HasMarked => path is IMarkedPort { HasMarked: true };

    /// <inheritdoc/>
    public PortStats Stats => path.Stats;

    /// <inheritdoc/>
    public bool Receive(PacketBatch batch) => path.Receive(batch);

    /// <inheritdoc/>
    public bool TryReceiveMarked(PacketBatch batch) => path is IMarkedPort marked && marked.TryReceiveMarked(batch);

    /// <inheritdoc/>
    public void Send(PacketBatch batch) => socket.Send(batch);

    /// <inheritdoc/>
    public void Pass(PacketBatch batch) => path.Pass(batch);

    /// <inheritdoc/>
    public void Interrupt() => path.Interrupt();

    /// <inheritdoc/>
    public void Dispose() => path.Dispose();
}
