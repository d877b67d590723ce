using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Modelling.Simulation;
using IpsecDp.Modelling.Statistics;

namespace IpsecDp.Modelling.Projection;

/// <summary>What is projected for one offered load; each figure with its 95 % confidence interval over the replications.</summary>
public sealed record ProjectedPoint
{
    /// <summary>Packets a second that are offered.</summary>
    public required Estimate Offered { get; init; }

    /// <summary>Packets a second that are delivered.</summary>
    public required Estimate Delivered { get; init; }

    /// <summary>Bits of them a second, counted in clear.</summary>
    public required Estimate Bits { get; init; }

    /// <summary>Share of the offered packets that is lost.</summary>
    public required Estimate Loss { get; init; }

    /// <summary>R by CPU time, specialty seconds normalised.</summary>
    public required Estimate RatioByTime { get; init; }

    /// <summary>R by packets.</summary>
    public required Estimate RatioByPackets { get; init; }

    /// <summary>APPL% CP, IIPCP included: percent of one general processor.</summary>
    public required Estimate ApplCp { get; init; }

    /// <summary>APPL% IIPCP: eligible work on general processors.</summary>
    public required Estimate ApplIipCp { get; init; }

    /// <summary>APPL% IIP, raw: percent of one specialty processor.</summary>
    public required Estimate ApplIip { get; init; }

    /// <summary>Processors each account keeps busy.</summary>
    public required IReadOnlyDictionary<CpuAccount, Estimate> Processors { get; init; }

    /// <summary>Jobs a second that general processors run in spite of engines, by cause.</summary>
    public required IReadOnlyDictionary<SpillCause, Estimate> Spills { get; init; }

    /// <summary>Sleeping engines woken a second.</summary>
    public required Estimate WakeUps { get; init; }

    /// <summary>Processors that pay for these wake-ups, within hand-over.</summary>
    public required Estimate WakeUpProcessors { get; init; }

    /// <summary>Latency by kind of traffic.</summary>
    public required IReadOnlyList<ProjectedLatency> Latencies { get; init; }

    /// <summary>The replications together.</summary>
    internal static ProjectedPoint Of(IReadOnlyList<ProjectedRun> runs, Normalisation factor)
    {
        Estimate Over(Func<ProjectedRun, double> figure) => Estimate.Of([.. runs.Select(figure).Where(double.IsFinite)]);
        Estimate Appl(Func<ServiceTimes, double> figure) => Over(run => figure(new ServiceTimes(run.Result.Cpu, factor)));
        return new ProjectedPoint
        {
            Offered = Over(run => run.PacketsPerSecond),
            Delivered = Over(run => run.Result.PacketsPerSecond.Mean),
            Bits = Over(run => run.Result.BitsPerSecond.Mean),
            Loss = Over(run => run.Result.LossShare.Mean),
            RatioByTime = Over(run => new OffloadRatios(run.Result.Cpu, factor.Value).OffloadRatio),
            RatioByPackets = Over(run => run.Result.RatioByPackets.Mean),
            ApplCp = Appl(times => times.ApplCp),
            ApplIipCp = Appl(times => times.ApplIipCp),
            ApplIip = Appl(times => times.ApplIip),
            Processors = CpuAccounts.All.ToDictionary(account => account, account => Over(run => run.Result.Processors(account).Mean)),
            Spills = SpillCauses.All.ToDictionary(cause => cause, cause => Over(run => run.Result.SpillsPerSecond(cause).Mean)),
            WakeUps = Over(run => run.Result.WakeUpsPerSecond.Mean),
            WakeUpProcessors = Over(run => run.Result.WakeUpsPerSecond.Mean * run.WakeNanoseconds / 1e9),
            Latencies = [.. runs[0].Result.Latencies.Select((latency, at) => LatencyOf(runs, at, latency.Class))],
        };
    }

    private static ProjectedLatency LatencyOf(IReadOnlyList<ProjectedRun> runs, int at, string name)
    {
        SimulatedLatency[] present = [.. runs.Select(run => run.Result.Latencies[at]).Where(latency => latency.Histogram.Count > 0)];
        Estimate Of(double share) => Estimate.Of([.. present.Select(latency => latency.Histogram.Percentile(share) / 1000.0)]);
        return new ProjectedLatency(name, Of(0.5), Of(0.99), Of(0.999));
    }
}
