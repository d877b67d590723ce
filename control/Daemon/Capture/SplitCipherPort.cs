using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Daemon.Capture;

/// <summary>The network's side where ESP travels in UDP: what is sealed leaves by the socket of the port, all else by the host's own path. The socket is received from as a port of its own.</summary>
internal sealed class SplitCipherPort(ICipherPort path, ICipherPort socket) : ICipherPort
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
    public PortStats Stats => path.Stats;

    /// <inheritdoc/>
    public bool Receive(PacketBatch batch) => path.Receive(batch);

    /// <inheritdoc/>
    public void Send(PacketBatch batch) => socket.Send(batch);

    /// <inheritdoc/>
    public void Pass(PacketBatch batch) => path.Pass(batch);

    /// <inheritdoc/>
    public void Interrupt() => path.Interrupt();

    /// <inheritdoc/>
    public void Dispose() => path.Dispose();
}
