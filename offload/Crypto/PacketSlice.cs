namespace IpsecDp.Crypto;

/// <summary>Where one ESP packet of a job lies, in pinned memory; a cipher may change <see cref="Room"/> octets behind it, and none further.</summary>
public readonly record struct PacketSlice(byte[] Memory, int Offset, int Length, ulong Sequence, int Room = PacketSlice.Slack)
{
    /// <summary>Octets behind a packet that has its buffer to itself, so that a vector may be stored whole.</summary>
    public const int Slack = 32;

    /// <summary>The octets from the SPI to the end of the ICV.</summary>
    public Span<byte> Packet => Memory.AsSpan(Offset, Length);
}
