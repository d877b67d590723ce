using System.Diagnostics;
using IpsecDp.Workloads;
using IpsecDp.Workloads.Accounting;

namespace IpsecDp.Host.Lab.Namespaces;

/// <summary>One flow of one direction: its sender counts what left, its receiver what came.</summary>
internal sealed class FlowTally(TrafficClass trafficClass)
{
    private long _offered;
    private long _offeredOctets;
    private long _delivered;
    private long _deliveredOctets;
    private long _reordered;
    private long _duplicated;
    private long _corrupted;
    private long _expected;
    private long _lastArrival;

    // What was passed over and may still come late; a number that is in it has not been seen.
    private readonly HashSet<long> _passedOver = [];

    /// <summary>The class it is reported under.</summary>
    public TrafficClass Class => trafficClass;

    /// <summary>Items sent.</summary>
    public long Offered => Volatile.Read(ref _offered);

    /// <summary>Octets that arrived intact.</summary>
    public long DeliveredOctets => Volatile.Read(ref _deliveredOctets);

    /// <summary>Items that arrived intact.</summary>
    public long Delivered => Volatile.Read(ref _delivered);

    /// <summary>Whether all that was sent has come.</summary>
    public bool IsComplete => Delivered + Volatile.Read(ref _corrupted) >= Offered;

    /// <summary>Time since something came.</summary>
    public TimeSpan Silence => Stopwatch.GetElapsedTime(Volatile.Read(ref _lastArrival));

    /// <summary>Times from sent to received; written by the receiver.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>Counts an item as sent; before it is, so that it cannot come first.</summary>
    public void Send(int octets)
    {
        Volatile.Write(ref _lastArrival, Stopwatch.GetTimestamp());
        Volatile.Write(ref _offeredOctets, _offeredOctets + octets);
        Volatile.Write(ref _offered, _offered + 1);
    }

    /// <summary>Looks at what came and counts it.</summary>
    public void Receive(ReadOnlySpan<byte> content, uint flow)
    {
        var now = Stopwatch.GetTimestamp();
        Volatile.Write(ref _lastArrival, now);
        if (!KnownText.TryRead(content, flow, out var number, out var sentAt) || number >= Offered)
        {
            Interlocked.Increment(ref _corrupted);
            return;
        }

        if (number >= _expected)
        {
            for (var missing = _expected; missing < number; missing++)
            {
                _passedOver.Add(missing);
            }

            _expected = number + 1;
        }
        else if (!_passedOver.Remove(number))
        {
            _duplicated++;
            return;
        }
        else
        {
            _reordered++;
        }

        Latency.Record((long)Stopwatch.GetElapsedTime(sentAt, now).TotalNanoseconds);
        Volatile.Write(ref _deliveredOctets, _deliveredOctets + content.Length);
        Volatile.Write(ref _delivered, _delivered + 1);
    }

    /// <summary>The sum of flows of one class.</summary>
    public static ClassReport Sum(TrafficClass trafficClass, IReadOnlyCollection<FlowTally> flows, LatencyHistogram all)
    {
        var latency = new LatencyHistogram();
        foreach (var flow in flows)
        {
            latency.Add(flow.Latency);
        }

        all.Add(latency);
        return new ClassReport(
            trafficClass,
            flows.Sum(f => f._offered),
            flows.Sum(f => f._offeredOctets),
            flows.Sum(f => f._delivered),
            flows.Sum(f => f._deliveredOctets),
            flows.Sum(f => f._reordered),
            flows.Sum(f => f._duplicated),
            flows.Sum(f => f._corrupted),
            0,
            latency.Summarise());
    }
}
