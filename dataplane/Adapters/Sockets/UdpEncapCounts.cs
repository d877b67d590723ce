namespace IpsecDp.Adapters.Sockets;

/// <summary>What passed a UDP encapsulation port beside its packets, since creation.</summary>
public readonly record struct UdpEncapCounts(
    long Keepalives,
    long TooShort,
    long IkeReceived,
    long IkeDropped,
    long SegmentedSends,
    long CoalescedReceives,
    long RefusedShapes)
{
    /// <summary>What two sockets met together.</summary>
    public static UdpEncapCounts operator +(UdpEncapCounts one, UdpEncapCounts other) => new(
        one.Keepalives + other.Keepalives,
        one.TooShort + other.TooShort,
        one.IkeReceived + other.IkeReceived,
        one.IkeDropped + other.IkeDropped,
        one.SegmentedSends + other.SegmentedSends,
        one.CoalescedReceives + other.CoalescedReceives,
        one.RefusedShapes + other.RefusedShapes);
}
