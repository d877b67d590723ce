using System.Diagnostics;
using IpsecDp.Workloads.Accounting;

namespace IpsecDp.Workloads.OpenLoop;

/// <summary>What reached the far side in one trial, as one thread saw it; written by that thread only.</summary>
public sealed class ArrivalBooks(ArrivalOrder order)
{
    private static readonly double NanosecondsPerTick = 1e9 / Stopwatch.Frequency;

    private readonly LatencyHistogram?[] _latency = new LatencyHistogram?[ArrivalCycle.ClassCount];
    private readonly long[] _delivered = new long[ArrivalCycle.ClassCount];
    private readonly long[] _reordered = new long[ArrivalCycle.ClassCount];
    private long _octets;
    private long _strangers;
    private byte _trial;

    /// <summary>Packets of all classes.</summary>
    public long Delivered => _delivered.Sum();

    /// <summary>Their octets.</summary>
    public long Octets => Volatile.Read(ref _octets);

    /// <summary>Packets that carry no stamp of this trial.</summary>
    public long Strangers => Volatile.Read(ref _strangers);

    /// <summary>Packets of a class.</summary>
    public long DeliveredOf(TrafficClass trafficClass) => _delivered[(int)trafficClass];

    /// <summary>Packets of a class behind a later one of their flow.</summary>
    public long ReorderedOf(TrafficClass trafficClass) => _reordered[(int)trafficClass];

    /// <summary>Adds a class's latencies to a histogram.</summary>
    public void AddLatency(TrafficClass trafficClass, LatencyHistogram sum)
    {
        ArgumentNullException.ThrowIfNull(sum);
        if (_latency[(int)trafficClass] is { } histogram)
        {
            sum.Add(histogram);
        }
    }

    /// <summary>Empties the books for a trial; nothing is under way meanwhile.</summary>
    public void Begin(byte trial)
    {
        _trial = trial;
        Array.Clear(_latency);
        Array.Clear(_delivered);
        Array.Clear(_reordered);
        (_octets, _strangers) = (0, 0);
    }

    /// <summary>Books a packet that reached the far side at a time of the Stopwatch.</summary>
    public void Book(ReadOnlySpan<byte> packet, long now)
    {
        if (!ArrivalStamp.TryRead(packet, out var stamp) || stamp.Trial != _trial || stamp.Class >= _delivered.Length || stamp.Flow >= order.Flows)
        {
            Volatile.Write(ref _strangers, _strangers + 1);
            return;
        }

        Volatile.Write(ref _delivered[stamp.Class], _delivered[stamp.Class] + 1);
        Volatile.Write(ref _octets, _octets + packet.Length);
        if (!order.IsNext(stamp.Flow, stamp.Number))
        {
            _reordered[stamp.Class]++;
        }

        (_latency[stamp.Class] ??= new LatencyHistogram()).Record((long)((now - stamp.DueAt) * NanosecondsPerTick));
    }
}
