using IpsecDp.Workloads.Accounting;

namespace IpsecDp.Modelling.Simulation;

/// <summary>Time from a packet's arrival to its delivery, in nanoseconds, of all packets of a class.</summary>
public sealed record SimulatedLatency(string Class, LatencyHistogram Histogram);
