using IpsecDp.Workloads.Framing;

namespace IpsecDp.Workloads.Flows;

/// <summary>One host's end of a flow. The writing thread calls <see cref="TryWrite"/>, <see cref="DueAt"/> and <see cref="IsIdle"/>; the receiving thread calls <see cref="IsOwnerOf"/> and <see cref="Receive"/>; what they share are <see cref="PublishedNumber"/>s.</summary>
internal abstract class FlowEndpoint
{
    /// <summary>Whether nothing is under way that this end waits for or owes.</summary>
    public abstract bool IsIdle { get; }

    /// <summary>When time alone makes a packet due; <see cref="long.MaxValue"/> when only an arrival can.</summary>
    public abstract long DueAt { get; }

    /// <summary>Whether fresh traffic has ended.</summary>
    protected bool IsDraining { get; private set; }

    /// <summary>Writes the next packet of this flow and gives its length, 0 when none is due.</summary>
    public abstract int TryWrite(Span<byte> packet, long now, out FlowTag tag);

    /// <summary>Whether the packet belongs to this flow, by addresses and ports.</summary>
    public abstract bool IsOwnerOf(in Arrival arrival);

    /// <summary>Verifies and books a packet of this flow.</summary>
    public abstract ArrivalVerdict Receive(in Arrival arrival, long now);

    /// <summary>Ends fresh traffic.</summary>
    public void Drain() => IsDraining = true;
}
