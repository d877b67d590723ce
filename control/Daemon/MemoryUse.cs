namespace IpsecDp.Daemon;

/// <summary>What all threads allocated while a number of packets passed, and the collections of generation 0 meanwhile.</summary>
public readonly record struct MemoryUse(long Packets, long AllocatedBytes, int Collections)
{
    /// <summary>Octets a packet; 0 where none passed.</summary>
    public double BytesPerPacket => Packets == 0 ? 0 : (double)AllocatedBytes / Packets;
}
