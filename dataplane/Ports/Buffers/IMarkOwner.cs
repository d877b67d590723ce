namespace IpsecDp.Ports.Buffers;

/// <summary>A port to whom the system lent a packet by number (<see cref="PacketBuffer.PortMark"/>) and that must answer for it, whatever becomes of the buffer.</summary>
public interface IMarkOwner
{
    /// <summary>Tells that a buffer went back to its pool with its mark unanswered: the packet was refused, or went another way; any thread calls it and it never throws.</summary>
    void Forsake(long mark);
}
