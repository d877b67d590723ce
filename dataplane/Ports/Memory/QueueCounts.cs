namespace IpsecDp.Ports.Memory;

/// <summary>What one direction of a memory port took, gave and refused; a superframe counts as the packets it stands for.</summary>
internal struct QueueCounts
{
    public long PacketsIn;
    public long BytesIn;
    public long PacketsOut;
    public long BytesOut;
    public long Refused;
}
