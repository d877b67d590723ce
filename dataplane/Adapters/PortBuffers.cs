using IpsecDp.Ports.Buffers;

namespace IpsecDp.Adapters;

/// <summary>The two stocks a port fills its batches from; several ports may share them.</summary>
public sealed class PortBuffers(int packetLimit = PortBuffers.DefaultPackets, int superframeLimit = PortBuffers.DefaultSuperframes)
{
    /// <summary>Packets that may be on their way at once.</summary>
    public const int DefaultPackets = 8192;

    /// <summary>Superframes that may be on their way at once, 64 KB each.</summary>
    public const int DefaultSuperframes = 512;

    /// <summary>Buffers for single packets.</summary>
    public BufferPool Packets { get; } = new(BufferPool.PacketCapacity, packetLimit);

    /// <summary>Buffers for superframes and packets that are larger than the others hold.</summary>
    public BufferPool Superframes { get; } = new(BufferPool.SuperframeCapacity, superframeLimit);

    /// <summary>Buffers rented and not returned.</summary>
    public int Outstanding => Packets.Outstanding + Superframes.Outstanding;

    /// <summary>An empty buffer that holds <paramref name="length"/> octets, or null when all such are out.</summary>
    public PacketBuffer? TryRent(int length) => length <= Packets.Capacity ? Packets.TryRent() : Superframes.TryRent();
}
