namespace IpsecDp.Adapters.Sockets;

/// <summary>What passed a UDP encapsulation port beside its packets, since creation.</summary>
public readonly record struct UdpEncapCounts(
    long Keepalives,
    long TooShort,
    long IkeReceived,
    long IkeDropped,
    long SegmentedSends,
    long CoalescedReceives,
    long RefusedShapes);
