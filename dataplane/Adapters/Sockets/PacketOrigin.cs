namespace IpsecDp.Adapters.Sockets;

/// <summary>Where the packet lies that a message is made from, for whoever must speak of it when the message is refused.</summary>
internal readonly unsafe struct PacketOrigin(byte* packet, int length)
{
    /// <summary>The packet's octets.</summary>
    public Span<byte> Octets => new(packet, length);
}
