using IpsecDp.Engines.Accounting;
using IpsecDp.Modelling.Statistics;

namespace IpsecDp.Modelling.Activity;

/// <summary>One step of a sweep: its trials, taken in turns with those of the other steps, and what they say together.</summary>
public sealed record SweepPoint
{
    /// <summary>What was varied: percent of capacity, engines, octets or tunnels.</summary>
    public required double Value { get; init; }

    /// <summary>The trials in the order they were made.</summary>
    public required IReadOnlyList<TrialFigures> Trials { get; init; }

    /// <summary>CPU time of all trials.</summary>
    public AccountSeconds Cpu => AccountSeconds.Sum(Trials.Select(trial => trial.Cpu));

    /// <summary>Packets offered in all trials.</summary>
    public long Offered => Trials.Sum(trial => trial.Offered);

    /// <summary>Packets that arrived in all trials.</summary>
    public long Delivered => Trials.Sum(trial => trial.Delivered);

    /// <summary>Seconds of all trials.</summary>
    public double Seconds => Trials.Sum(trial => trial.Seconds);

    /// <summary>Packets a second that arrived.</summary>
    public double DeliveredPerSecond => Delivered / Seconds;

    /// <summary>Bits a second that arrived, counted in clear.</summary>
    public double DeliveredBits => Trials.Sum(trial => trial.DeliveredOctets) * 8 / Seconds;

    /// <summary>Packets a second that were offered.</summary>
    public double OfferedPerSecond => Offered / Seconds;

    /// <summary>Share of the offered packets that did not arrive.</summary>
    public double LossRatio => Offered == 0 ? 0 : (double)Math.Max(0, Offered - Delivered) / Offered;

    /// <summary>Whether one of its trials is marked.</summary>
    public bool IsMarked => Trials.Any(trial => trial.Noise.IsMarked);

    /// <summary>Engines' part of the busy time with its confidence interval.</summary>
    public Estimate EngineShare => OverParts(EngineShares.Of);

    /// <summary>R by CPU time with its confidence interval.</summary>
    public Estimate RatioByTime => OverParts(static part => new OffloadRatios(part.ToSnapshot()).OffloadRatio);

    /// <summary>R by packets: of those that could be sealed or opened on an engine, how many were.</summary>
    public double RatioByPackets => Ratio(static work => work.Packets);

    /// <summary>R by octets.</summary>
    public double RatioByOctets => Ratio(static work => work.Octets);

    /// <summary>Work that general threads did, by cause, of all trials.</summary>
    public IReadOnlyDictionary<string, WorkFigures> Spills => Trials
        .SelectMany(trial => trial.Spills)
        .GroupBy(spill => spill.Key)
        .ToDictionary(spills => spills.Key, spills => spills.Aggregate(WorkFigures.None, static (sum, spill) => sum.Plus(spill.Value)));

    /// <summary>Work that engines did in all trials.</summary>
    public WorkFigures OnEngines => Trials.Aggregate(WorkFigures.None, static (sum, trial) => sum.Plus(trial.OnEngines));

    /// <summary>The middle trial's microseconds of a class; null where it had no packet.</summary>
    public double? Latency(string className, Func<ClassFigures, double> of)
    {
        double[] values = [.. Trials.SelectMany(trial => trial.Classes).Where(c => c.Name == className && c.Delivered > 0).Select(of).Order()];
        return values.Length == 0 ? null : values[values.Length / 2];
    }

    /// <summary>Counts of a histogram, bucket by bucket, of all trials.</summary>
    public IReadOnlyList<long> Histogram(Func<TrialFigures, IReadOnlyList<long>> of)
    {
        var buckets = Trials.Select(of).ToArray();
        var length = buckets.Length == 0 ? 0 : buckets.Max(counts => counts.Count);
        return [.. Enumerable.Range(0, length).Select(bucket => buckets.Sum(counts => bucket < counts.Count ? counts[bucket] : 0))];
    }

    private Estimate OverParts(Func<AccountSeconds, double> figure)
    {
        // Parts of a trial share what the machine did meanwhile: where there are several trials, only these are independent.
        var independent = Trials.Count > 1 ? Trials.Select(static trial => trial.Cpu) : Trials.SelectMany(static trial => trial.Parts);
        double[] samples = [.. independent.Select(figure).Where(double.IsFinite)];
        // The mean of all time, not of the parts: a part with little work says little.
        return Estimate.Of(samples) with { Mean = figure(Cpu) };
    }

    private double Ratio(Func<WorkFigures, long> of)
    {
        double moved = of(OnEngines);
        return moved / (moved + Spills.Values.Sum(of));
    }
}
