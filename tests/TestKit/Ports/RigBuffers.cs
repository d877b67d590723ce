using IpsecDp.Ports.Buffers;

namespace IpsecDp.TestKit.Ports;

/// <summary>A stock of packets and one of superframes for a test, from which packets are made of octets.</summary>
public sealed class RigBuffers
{
    private readonly BufferPool _packets = new(BufferPool.PacketCapacity, 8192);
    private readonly BufferPool _superframes = new(BufferPool.SuperframeCapacity, 64);

    /// <summary>Buffers of both stocks rented and not returned.</summary>
    public int Outstanding => _packets.Outstanding + _superframes.Outstanding;

    /// <summary>An empty buffer that holds <paramref name="length"/> octets.</summary>
    public PacketBuffer Rent(int length) =>
        (length <= BufferPool.PacketCapacity ? _packets : _superframes).TryRent() ?? throw new InvalidOperationException("a test has too many buffers out");

    /// <summary>A buffer with these octets.</summary>
    public PacketBuffer Fill(ReadOnlySpan<byte> octets, Segmentation segments = default)
    {
        var packet = Rent(octets.Length);
        octets.CopyTo(packet.SetLength(octets.Length));
        packet.Segments = segments;
        return packet;
    }
}
