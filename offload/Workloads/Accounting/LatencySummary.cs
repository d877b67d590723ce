namespace IpsecDp.Workloads.Accounting;

/// <summary>One-way latency of a class in microseconds, over the packets that carry a send time.</summary>
public readonly record struct LatencySummary(long Count, double P50, double P99, double P999, double Maximum);
