namespace IpsecDp.Workloads.Accounting;

/// <summary>One class over both hosts and both directions; <see cref="Lost"/> is final once both hosts are drained and quiet.</summary>
public sealed record ClassReport(
    TrafficClass Class,
    long Offered,
    long OfferedOctets,
    long Delivered,
    long DeliveredOctets,
    long Reordered,
    long Duplicated,
    long Corrupted,
    long GivenUp,
    LatencySummary Latency)
{
    /// <summary>The name of the class.</summary>
    public string Name => TrafficClassNames.Of(Class);

    /// <summary>Packets that arrived neither intact nor recognisably damaged.</summary>
    public long Lost => Math.Max(0, Offered - Delivered - Corrupted);
}
