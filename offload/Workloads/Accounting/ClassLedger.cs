namespace IpsecDp.Workloads.Accounting;

/// <summary>One class on one host; the writing thread owns what was offered, the receiving thread what arrived.</summary>
public sealed class ClassLedger
{
    private OfferedCounts _offered;
    private ArrivalCounts _arrivals;

    /// <summary>Packets handed out, a superframe counted as its segments.</summary>
    public long Offered => Volatile.Read(ref _offered.Packets);

    /// <summary>Octets of IP packets handed out.</summary>
    public long OfferedOctets => Volatile.Read(ref _offered.Octets);

    /// <summary>Packets, or transactions, a flow stopped waiting for so as not to stall.</summary>
    public long GivenUp => Volatile.Read(ref _offered.GivenUp);

    /// <summary>Intact packets, each number once.</summary>
    public long Delivered => Volatile.Read(ref _arrivals.Delivered);

    /// <summary>Octets of IP packets delivered.</summary>
    public long DeliveredOctets => Volatile.Read(ref _arrivals.Octets);

    /// <summary>Delivered packets that came behind a later number of their flow.</summary>
    public long Reordered => Volatile.Read(ref _arrivals.Reordered);

    /// <summary>Intact packets whose number had come before.</summary>
    public long Duplicated => Volatile.Read(ref _arrivals.Duplicated);

    /// <summary>Packets that could be laid to a flow but are not what its sender wrote.</summary>
    public long Corrupted => Volatile.Read(ref _arrivals.Corrupted);

    /// <summary>Time from written to received.</summary>
    public LatencyHistogram Latency { get; } = new();

    internal void BookOffered(int packets, int octets)
    {
        _offered.Packets += packets;
        _offered.Octets += octets;
    }

    internal void BookGivenUp(long packets) => _offered.GivenUp += packets;

    internal ArrivalVerdict Book(ArrivalVerdict verdict, int octets)
    {
        switch (verdict)
        {
            case ArrivalVerdict.Delivered:
                _arrivals.Delivered++;
                _arrivals.Octets += octets;
                break;
            case ArrivalVerdict.Reordered:
                _arrivals.Delivered++;
                _arrivals.Octets += octets;
                _arrivals.Reordered++;
                break;
            case ArrivalVerdict.Duplicate:
                _arrivals.Duplicated++;
                break;
            case ArrivalVerdict.Corrupted:
                _arrivals.Corrupted++;
                break;
            default:
                break;
        }

        return verdict;
    }
}
