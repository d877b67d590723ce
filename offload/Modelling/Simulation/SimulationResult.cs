using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Modelling.Statistics;

namespace IpsecDp.Modelling.Simulation;

/// <summary>What a simulation says, with confidence intervals from the means of its intervals (batch means).</summary>
public sealed class SimulationResult(IReadOnlyList<SimulatedInterval> intervals, IReadOnlyList<SimulatedLatency> latencies, int deepestQueue)
{
    /// <summary>The counted time in stretches of equal length.</summary>
    public IReadOnlyList<SimulatedInterval> Intervals { get; } = intervals;

    /// <summary>Latency by class.</summary>
    public IReadOnlyList<SimulatedLatency> Latencies { get; } = latencies;

    /// <summary>The most jobs that waited in one queue, warm-up included.</summary>
    public int DeepestQueue { get; } = deepestQueue;

    /// <summary>Packets delivered in all.</summary>
    public long Delivered => Intervals.Sum(interval => interval.Delivered);

    /// <summary>Packets lost in all.</summary>
    public long Lost => Intervals.Sum(interval => interval.Lost);

    /// <summary>Packets delivered a second.</summary>
    public Estimate PacketsPerSecond => Of(interval => interval.Delivered / interval.Seconds);

    /// <summary>Bits of the packets delivered a second.</summary>
    public Estimate BitsPerSecond => Of(interval => 8 * interval.DeliveredOctets / interval.Seconds);

    /// <summary>Lost over offered, 0 to 1.</summary>
    public Estimate LossShare => Of(interval => interval.Offered == 0 ? 0 : (double)interval.Lost / interval.Offered);

    /// <summary>Jobs that waited in queues on average.</summary>
    public Estimate QueueLength => Of(interval => interval.QueueLength);

    /// <summary>Seconds a queued job waited on average.</summary>
    public Estimate QueueWait => Of(interval => interval.QueueWait);

    /// <summary>CPU seconds by account over the whole counted time.</summary>
    public CpuSnapshot Cpu => CpuSnapshot.Of(
        account => Intervals.Sum(interval => interval.Cpu[account]),
        Intervals.Sum(interval => interval.Cpu.ProcessSeconds),
        TimeSpan.FromSeconds(Intervals.Sum(interval => interval.Seconds)),
        Intervals.Sum(interval => interval.Cpu.HandOverOnEnginesSeconds));

    /// <summary>R by time: eligible seconds on engines over all eligible seconds.</summary>
    public Estimate RatioByTime => Of(interval => new OffloadRatios(interval.Cpu).OffloadRatio);

    /// <summary>R by packets: what engines took over what was eligible.</summary>
    public Estimate RatioByPackets => Of(interval =>
    {
        var onGeneral = SpillCauses.All.Sum(cause => interval.SpilledBy(cause).Packets);
        return (double)interval.OnEngines.Packets / (interval.OnEngines.Packets + onGeneral);
    });

    /// <summary>Processors an account keeps busy.</summary>
    public Estimate Processors(CpuAccount account) => Of(interval => interval.Cpu[account] / interval.Seconds);

    /// <summary>Jobs a second that general processors ran for a cause in spite of engines.</summary>
    public Estimate SpillsPerSecond(SpillCause cause) => Of(interval => interval.SpilledBy(cause).Jobs / interval.Seconds);

    /// <summary>Sleeping engines woken a second.</summary>
    public Estimate WakeUpsPerSecond => Of(interval => interval.WakeUps / interval.Seconds);

    // An interval without the quantity, as a ratio of nothing, is no sample.
    private Estimate Of(Func<SimulatedInterval, double> figure) => Estimate.Of([.. Intervals.Select(figure).Where(value => !double.IsNaN(value))]);
}
