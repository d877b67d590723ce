using IpsecDp.Ports.Buffers;

namespace IpsecDp.Host.Lab;

/// <summary>The stocks of buffers of one host.</summary>
internal sealed class LabBuffers
{
    // No more than the link holds: what one host has under way always fits, so neither host ever waits for room while the other waits for it.
    private const int PacketLimit = LabHost.QueueLength;
    private const int SuperframeLimit = 256;

    private const int Stock = PacketLimit;

    /// <summary>Makes the buffers the load is likely to need at once, so that memory stands still from the first packet on.</summary>
    public LabBuffers()
    {
        var made = new PacketBuffer?[Stock];
        for (var i = 0; i < Stock; i++)
        {
            made[i] = Packets.TryRent();
        }

        foreach (var buffer in made)
        {
            buffer?.Return();
        }
    }

    /// <summary>For single packets.</summary>
    public BufferPool Packets { get; } = new(BufferPool.PacketCapacity, PacketLimit);

    /// <summary>For superframes and reassembly.</summary>
    public BufferPool Superframes { get; } = new(BufferPool.SuperframeCapacity, SuperframeLimit);

    /// <summary>Buffers that are out.</summary>
    public int Outstanding => Packets.Outstanding + Superframes.Outstanding;
}
