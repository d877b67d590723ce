namespace IpsecDp.Workloads;

/// <summary>What a written packet is: its class, flow and first sequence number, how many packets it counts for, and how a superframe divides.</summary>
/// <param name="Class">The traffic class.</param>
/// <param name="Flow">Number of the flow within the workload.</param>
/// <param name="Sequence">Sequence number of the first record within the flow, or ordinal of an acknowledgment.</param>
/// <param name="Packets">Packets it stands for: 1, or the segments of a superframe.</param>
/// <param name="SegmentSize">Payload octets per segment of a TCP superframe; 0 for a single packet.</param>
/// <param name="HeaderLength">Octets of IP and TCP header in front of a superframe's payload; 0 for a single packet.</param>
public readonly record struct FlowTag(TrafficClass Class, int Flow, long Sequence, int Packets = 1, ushort SegmentSize = 0, ushort HeaderLength = 0);
