using IpsecDp.Ports.Buffers;

namespace IpsecDp.TestKit.Ports;

/// <summary>A copy of a packet or superframe as it reached the far side of a port.</summary>
public sealed record RecordedPacket(byte[] Octets, Segmentation Segments)
{
    /// <summary>The numbers of a <see cref="MarkedPacket"/>; empty for foreign traffic.</summary>
    public IReadOnlyList<int> Numbers => MarkedPacket.ReadNumbers(Octets, Segments);
}
