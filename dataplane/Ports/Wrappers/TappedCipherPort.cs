using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ports.Wrappers;

/// <summary>A cipher port around a cipher port that shows each packet to a tap: as received, and as given to the network before the port accepts or refuses it.</summary>
public sealed class TappedCipherPort(ICipherPort inner, IPacketTap tap) : ICipherPort, IMarkedPort
{
    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public int Mtu => inner.Mtu;

    /// <inheritdoc/>
    public int BatchSize => inner.BatchSize;

    /// <inheritdoc/>
    public bool HasWaiting => inner.HasWaiting;

    /// <inheritdoc/>
    public PacketArrival? LatestArrival => inner.LatestArrival;

    /// <inheritdoc/>
    public bool KeepsMarkedApart => inner is IMarkedPort { KeepsMarkedApart: true };

    /// <inheritdoc/>
    public bool HasMarked => inner is IMarkedPort { HasMarked: true };

    /// <inheritdoc/>
    public PortStats Stats => inner.Stats;

    /// <inheritdoc/>
    public bool FragmentsItself => inner.FragmentsItself;

    /// <inheritdoc/>
    public bool Receive(PacketBatch batch)
    {
        var first = batch.Count;
        if (!inner.Receive(batch))
        {
            return false;
        }

        tap.Observe(batch, first, PacketDirection.Inbound);
        return true;
    }

    /// <inheritdoc/>
    public bool TryReceiveMarked(PacketBatch batch)
    {
        var first = batch.Count;
        if (inner is not IMarkedPort marked || !marked.TryReceiveMarked(batch))
        {
            return false;
        }

        tap.Observe(batch, first, PacketDirection.Inbound);
        return true;
    }

    /// <inheritdoc/>
    public void Send(PacketBatch batch)
    {
        tap.Observe(batch, 0, PacketDirection.Outbound);
        inner.Send(batch);
    }

    /// <inheritdoc/>
    public void Pass(PacketBatch batch)
    {
        tap.Observe(batch, 0, PacketDirection.Outbound);
        inner.Pass(batch);
    }

    /// <inheritdoc/>
    public void Interrupt() => inner.Interrupt();

    /// <summary>Disposes the port and flushes the tap.</summary>
    public void Dispose()
    {
        inner.Dispose();
        tap.Flush();
    }
}
