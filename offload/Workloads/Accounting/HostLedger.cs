namespace IpsecDp.Workloads.Accounting;

/// <summary>What one host has sent and received.</summary>
public sealed class HostLedger
{
    private readonly ClassLedger[] _classes = new ClassLedger[TrafficClassNames.Count];

    internal HostLedger()
    {
        for (var at = 0; at < _classes.Length; at++)
        {
            _classes[at] = new ClassLedger();
        }
    }

    /// <summary>Packets that are none of this workload's.</summary>
    public long Unknown { get; private set; }

    /// <summary>Packets with a wrong checksum that could be laid to no flow.</summary>
    public long Unattributed { get; private set; }

    /// <summary>The ledger of a class.</summary>
    public ClassLedger Of(TrafficClass trafficClass) => _classes[(int)trafficClass];

    internal ArrivalVerdict BookUnknown()
    {
        Unknown++;
        return ArrivalVerdict.Unknown;
    }

    internal ArrivalVerdict BookUnattributed()
    {
        Unattributed++;
        return ArrivalVerdict.Corrupted;
    }
}
