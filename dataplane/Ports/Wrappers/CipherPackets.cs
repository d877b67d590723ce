using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Segments;

namespace IpsecDp.Ports.Wrappers;

/// <summary>The packets a cipher superframe stands for, each written as the network carries it; a wrapper keeps one and uses it under its own lock.</summary>
internal sealed class CipherPackets
{
    private readonly byte[] _octets = new byte[BufferPool.SuperframeCapacity];

    /// <summary>How many packets a wrapper has to see in a buffer: 1 for all but a cipher superframe whose segments tell the truth.</summary>
    public int CountIn(PacketBuffer buffer) =>
        buffer.Segments is { Kind: SegmentKind.Udp, IsChecksumMissing: false } segments && !Write(buffer, 0).IsEmpty ? segments.CountIn(buffer.Length) : 1;

    /// <summary>A packet of a cipher superframe, good until the next call; empty where its segments lie.</summary>
    public ReadOnlySpan<byte> Write(PacketBuffer superframe, int index) => _octets.AsSpan(0, Write(superframe, index, _octets));

    /// <summary>The same into a place of the caller's; returns its length, or 0.</summary>
    public static int Write(PacketBuffer superframe, int index, Span<byte> destination) =>
        CipherSuperframe.Write(superframe.Packet, superframe.Segments.HeaderLength, superframe.Segments.Size, index, destination);
}
