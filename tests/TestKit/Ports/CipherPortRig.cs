using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.TestKit.Ports;

/// <summary>A rig whose port is a cipher port; the far side is the network.</summary>
public abstract class CipherPortRig(ICipherPort port) : PortRig
{
    /// <summary>The port under test.</summary>
    public ICipherPort Port { get; } = port;

    /// <inheritdoc/>
    public override string Name => Port.Name;

    /// <inheritdoc/>
    public override int Mtu => Port.Mtu;

    /// <inheritdoc/>
    public override int BatchSize => Port.BatchSize;

    /// <inheritdoc/>
    public override PortStats Stats => Port.Stats;

    /// <inheritdoc/>
    public override bool HasWaiting => Port.HasWaiting;

    /// <inheritdoc/>
    public override bool Receive(PacketBatch batch) => Port.Receive(batch);

    /// <inheritdoc/>
    public override void Send(PacketBatch batch) => Port.Send(batch);

    /// <inheritdoc/>
    public override void Interrupt() => Port.Interrupt();

    /// <inheritdoc/>
    public override void DisposePort() => Port.Dispose();
}
