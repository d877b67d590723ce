namespace IpsecDp.Workloads.Accounting;

/// <summary>What two hosts exchanged, per class in use.</summary>
public sealed record TrafficReport(IReadOnlyList<ClassReport> Classes, LatencySummary Latency, long Unknown, long Unattributed)
{
    /// <summary>Packets offered in all classes.</summary>
    public long Offered => Classes.Sum(c => c.Offered);

    /// <summary>Packets delivered in all classes.</summary>
    public long Delivered => Classes.Sum(c => c.Delivered);

    /// <summary>Packets lost in all classes.</summary>
    public long Lost => Classes.Sum(c => c.Lost);

    /// <summary>Whether every packet offered arrived once, intact and in order, and nothing else arrived.</summary>
    public bool IsClean => Unknown == 0 && Unattributed == 0 && Classes.All(c => c is { Lost: 0, Corrupted: 0, Duplicated: 0, Reordered: 0, GivenUp: 0 });

    /// <summary>Sums the ledgers of the two hosts of one workload.</summary>
    public static TrafficReport Between(IWorkload a, IWorkload b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var classes = new List<ClassReport>();
        var latency = new LatencyHistogram();
        foreach (var trafficClass in Enum.GetValues<TrafficClass>())
        {
            var report = Sum(trafficClass, a.Ledger.Of(trafficClass), b.Ledger.Of(trafficClass), latency);
            if (report is not { Offered: 0, Delivered: 0, Corrupted: 0, Duplicated: 0 })
            {
                classes.Add(report);
            }
        }

        return new(classes, latency.Summarise(), a.Ledger.Unknown + b.Ledger.Unknown, a.Ledger.Unattributed + b.Ledger.Unattributed);
    }

    private static ClassReport Sum(TrafficClass trafficClass, ClassLedger a, ClassLedger b, LatencyHistogram all)
    {
        var latency = new LatencyHistogram();
        latency.Add(a.Latency);
        latency.Add(b.Latency);
        all.Add(latency);
        return new(
            trafficClass,
            a.Offered + b.Offered,
            a.OfferedOctets + b.OfferedOctets,
            a.Delivered + b.Delivered,
            a.DeliveredOctets + b.DeliveredOctets,
            a.Reordered + b.Reordered,
            a.Duplicated + b.Duplicated,
            a.Corrupted + b.Corrupted,
            a.GivenUp + b.GivenUp,
            latency.Summarise());
    }
}
