using IpsecDp.Host.Measure.Namespaces;
using IpsecDp.Modelling.Activity;
using IpsecDp.Modelling.Search;

namespace IpsecDp.Host.Measure;

/// <summary>The run of a measurement: finds the highest rates, then takes the steps of the sweep in turns.</summary>
internal sealed class Measuring(MeasureOptions options, Action<MeasureProgress> progress, CancellationToken cancellation)
{
    // More than any processor can take.
    private const double Flood = 50e6;

    // What a search took in practice, for the time that is left.
    private const int LikelySearchTrials = 30;

    // Where the search ends that nothing satisfies, as a share of what arrives under overload.
    private const double LeastShare = 0.0001;
    private const double MostShare = 1.5;

    // A flood that leaves by real sockets takes processors from the hosts, so that less arrives than they carry.
    private const double MostShareOfHosts = 4;
    private const double FirstShare = 0.8;
    private const double GoalWidth = 0.05;
    private const double WorkingPoint = 90;

    private const int MostWarmUps = 10;
    private const long WarmPackets = 10_000;

    private static readonly TimeSpan WarmUpTime = TimeSpan.FromMilliseconds(300);

    private readonly List<CapacityFigures> _capacities = [];
    private readonly List<SweepPoint> _points = [];
    private double _done;
    private double _left;

    /// <summary>Measures until all is done or it is cancelled. Throws <see cref="MeasureException"/> with a sentence for the operator.</summary>
    public Measurement Run()
    {
        if (options.Capture is not null)
        {
            TwoHosts.Prepare(options);
        }
        else if (options.Choice is { General: > 2, IsUnpinned: false })
        {
            throw new MeasureException("a load in memory has two general threads, one a direction: more than --general 2 would leave processors idle");
        }

        var started = TimeProvider.System.GetUtcNow();
        var values = SweepPlan.ValuesOf(options);
        var (searches, steps) = options.Sweep == SweepKind.Rate ? (1, values.Count) : (values.Count, values.Count);
        _left = Trial * ((searches * (LikelySearchTrials + 1)) + (steps * options.Repeat));
        if (options.Sweep == SweepKind.Rate)
        {
            SweepRate(values);
        }
        else
        {
            SweepValues(values);
        }

        return new Measurement
        {
            Setup = SetupWords.Of(options, started, OfferedCycle.LargestClear(options)),
            Capacities = _capacities,
            Points = _points,
            UnderSaturation = options.Sweep == SweepKind.Rate ? ClassUnderSaturation.Of(_points) : [],
            IsInterrupted = cancellation.IsCancellationRequested,
        };
    }

    private double Trial => options.TrialDuration.TotalSeconds;

    private void SweepRate(IReadOnlyList<double> values)
    {
        using var host = Open(0);
        if (host is null || Search(host, 0) is not { } capacity)
        {
            return;
        }

        var trials = values.ToDictionary(static value => value, static _ => new List<TrialFigures>());
        for (var round = 0; round < options.Repeat; round++)
        {
            // In turns, so that what the machine does over time falls on every step alike; up and down again, so that none follows one of quite another load: a
            // hypervisor takes back from the lightest what the heaviest had too much.
            foreach (var value in round % 2 == 0 ? values : values.Reverse())
            {
                if (TryOffer(host, capacity * value / 100, $"{SweepPlan.Describe(SweepKind.Rate, value)}, trial {round + 1} of {options.Repeat}") is { } trial)
                {
                    trials[value].Add(trial);
                }
            }
        }

        _points.AddRange(values.Where(value => trials[value].Count > 0).Select(value => new SweepPoint { Value = value, Trials = trials[value] }));
    }

    private void SweepValues(IReadOnlyList<double> values)
    {
        foreach (var value in values)
        {
            using var host = Open(value);
            if (host is null || Search(host, value) is not { } capacity)
            {
                return;
            }

            List<TrialFigures> trials = [];
            for (var round = 0; round < options.Repeat; round++)
            {
                if (TryOffer(host, capacity * WorkingPoint / 100, $"{SweepPlan.Describe(options.Sweep, value)}, trial {round + 1} of {options.Repeat}") is { } trial)
                {
                    trials.Add(trial);
                }
            }

            if (trials.Count > 0)
            {
                _points.Add(new SweepPoint { Value = value, Trials = trials });
            }
        }
    }

    // Null when it was cancelled before hosts stood.
    private IMeasuredLine? Open(double value)
    {
        var (engines, tunnels, cycle) = (SweepPlan.EnginesAt(options, value), SweepPlan.TunnelsAt(options, value), OfferedCycle.At(options, value));
        if (options.Capture is null)
        {
            return new MeasuredHost(options, engines, tunnels, cycle, HostLink.Loop());
        }

        try
        {
            return new TwoHosts(options, engines, tunnels, cycle, cancellation);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    // Null when it was cancelled before there was anything to go by.
    private double? Search(IMeasuredLine host, double value)
    {
        var at = options.Sweep == SweepKind.Rate ? "" : $" with {SweepPlan.Describe(options.Sweep, value)}";
        WarmUp(host);
        if (TryOffer(host, Flood, $"what arrives under overload{at}") is not { } flood)
        {
            return null;
        }

        var saturated = flood.Delivered / flood.Seconds;
        if (flood.Delivered == 0)
        {
            throw new MeasureException($"nothing arrived in {flood.Seconds:0.###} s under overload: the trial is too short for this machine; take longer ones with --seconds");
        }

        var sum = Trial * Math.Max(1, options.Repeat);
        var search = new LossRatioSearch(
            [new SearchGoal(0, Trial, sum, 0.5, GoalWidth), new SearchGoal(0.005, Trial, sum, 0.5, GoalWidth)],
            saturated * LeastShare, saturated * (options.Capture is null ? MostShare : MostShareOfHosts), saturated * FirstShare);
        var (budget, marked) = (_left - (Trial * LikelySearchTrials), 0);
        while (search.Next() is var (load, _))
        {
            // A search that takes longer than likely costs no time of the steps behind it.
            _left = Math.Max(_left, budget + Trial);
            if (TryOffer(host, load, $"the highest rates{at}, trial {search.Count + 1} at {load / 1000:N0} thousand packets/s") is not { } trial)
            {
                break;
            }

            marked += trial.Noise.IsMarked ? 1 : 0;
            search.Add(new TrialResult(load, Trial, trial.LossRatio));
        }

        _left = budget;
        var capacity = new CapacityFigures(value, saturated, search.Results, search.Count, marked);
        _capacities.Add(capacity);
        return capacity.Hundred;
    }

    // A process that got no processor yet has compiled nothing and filled no cache.
    private void WarmUp(IMeasuredLine host)
    {
        for (var attempt = 0; attempt < MostWarmUps && !cancellation.IsCancellationRequested; attempt++)
        {
            if (host.Offer(Flood, WarmUpTime, cancellation).Delivered >= WarmPackets)
            {
                return;
            }
        }
    }

    // Null when it was cancelled: a trial cut short would look like loss or like none.
    private TrialFigures? TryOffer(IMeasuredLine host, double rate, string what)
    {
        if (cancellation.IsCancellationRequested)
        {
            return null;
        }

        progress(new MeasureProgress(what, _done, _left));
        var trial = host.Offer(rate, options.TrialDuration, cancellation);
        (_done, _left) = (_done + Trial, Math.Max(0, _left - Trial));
        return cancellation.IsCancellationRequested ? null : trial;
    }
}
