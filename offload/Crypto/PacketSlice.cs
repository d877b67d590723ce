namespace IpsecDp.Crypto;

/// <summary>Where one ESP packet of a job lies: pinned memory with at least <see cref="Slack"/> octets behind the packet, whose content a cipher may change.</summary>
public readonly record struct PacketSlice(byte[] Memory, int Offset, int Length, ulong Sequence)
{
    /// <summary>Octets behind a packet that belong to it, so that a vector may be stored whole.</summary>
    public const int Slack = 32;

    /// <summary>The octets from the SPI to the end of the ICV.</summary>
    public Span<byte> Packet => Memory.AsSpan(Offset, Length);
}
