namespace IpsecDp.Workloads.OpenLoop;

/// <summary>A packet of a cycle: octets of the whole, its class and flow, and where in the cycle's headers its own lies.</summary>
internal readonly record struct ArrivalEntry(int Length, TrafficClass Class, ushort Flow, int HeaderAt, byte HeaderLength);
