using System.Globalization;
using System.Xml.Linq;
using IpsecDp.Modelling.Activity;
using IpsecDp.Modelling.Charts;

namespace IpsecDp.Modelling.Pages;

/// <summary>The charts of one measurement, in the order they are read.</summary>
internal sealed class MeasurementCharts
{
    private const double Percent = 100;
    private const double Thousand = 1000;

    private readonly Measurement _measurement;
    private readonly IReadOnlyList<SweepPoint> _points;
    private readonly ChartAxis _x;
    private readonly IReadOnlyList<string> _categories;

    public MeasurementCharts(Measurement measurement)
    {
        _measurement = measurement;
        _points = [.. measurement.Points.OrderBy(static point => point.Value)];
        _categories = [.. _points.Select(static point => Number(point.Value))];
        _x = AxisOf(measurement.Setup.Sweep, _categories);
    }

    /// <summary>What is varied, as an axis: numbers for the rate, names for everything else.</summary>
    public static ChartAxis AxisOf(SweepKind sweep, IReadOnlyList<string> categories) => sweep switch
    {
        SweepKind.Rate => new ChartAxis("offered load", "% of capacity") { Least = 0, Most = 100 },
        SweepKind.Engines => new ChartAxis("specialty engines", "engines") { Categories = categories },
        SweepKind.Size => new ChartAxis("packet size", "octets of the IP packet") { Categories = categories },
        _ => new ChartAxis("tunnels", "tunnels") { Categories = categories },
    };

    /// <summary>Draws all that there are figures for.</summary>
    public IEnumerable<XElement> Draw()
    {
        if (_measurement.Setup.Sweep != SweepKind.Rate && _measurement.Capacities.Count > 0)
        {
            yield return Capacities();
        }

        if (_points.Count == 0)
        {
            yield break;
        }

        yield return Ratios();
        yield return Throughput();
        yield return Loss();
        yield return Latency();
        yield return CpuByAccount();
        yield return CostByAccount();
        // A chart of nothing would say less than its absence.
        if (_points.Any(static point => point.Spills.Values.Any(static spill => spill.Packets > 0)))
        {
            yield return Spills();
        }

        if (_points.Any(static point => point.Histogram(static trial => trial.BatchSizes).Sum() > 0))
        {
            yield return Histogram("Packets that travel together in one job", "packets a job", static trial => trial.BatchSizes);
        }

        if (_points.Any(static point => point.Histogram(static trial => trial.QueueDepths).Sum() > 0))
        {
            yield return Histogram("Jobs that waited at the engine when one was submitted", "jobs waiting", static trial => trial.QueueDepths);
        }
    }

    /// <summary>The values of a figure over what was varied.</summary>
    public static IReadOnlyList<ChartPoint> Values(IReadOnlyList<SweepPoint> points, SweepKind sweep, Func<SweepPoint, double> of) =>
        [.. points.Select((point, at) => new ChartPoint(sweep == SweepKind.Rate ? point.Value : at, of(point)))];

    private XElement Ratios()
    {
        List<ChartSeries> series =
        [
            new("offload ratio R, by time", 0, Points(static point => point.RatioByTime.Mean * Percent, static point => point.RatioByTime.HalfWidth * Percent)),
            new("by packets", 1, Points(static point => point.RatioByPackets * Percent)),
            new("by octets", 2, Points(static point => point.RatioByOctets * Percent)),
            new("engines' share of busy time", 3, Points(static point => point.EngineShare.Mean * Percent, static point => point.EngineShare.HalfWidth * Percent)),
        ];
        if (_measurement.Setup.Sweep == SweepKind.Rate && ShareCurve.Of(_points) is { } curve)
        {
            series.Add(new("nearest curve that never falls", 3, [.. curve.Points.Zip(curve.Fit, static (point, fit) => new ChartPoint(point.Value, fit * Percent))], SeriesStyle.DashedLine));
        }

        return new LineChart("Work on specialty engines, with 95 % intervals", _x, new ChartAxis("share", "%") { Least = 0, Most = 100 }, series).Draw();
    }

    private XElement Throughput() => new LineChart(
        "Offered and delivered", _x, new ChartAxis("rate", "thousand packets/s") { Least = 0 },
        [
            new("offered", 6, Points(static point => point.OfferedPerSecond / Thousand), SeriesStyle.DashedLine),
            new("delivered", 0, Points(static point => point.DeliveredPerSecond / Thousand)),
        ]).Draw();

    private XElement Loss() => new LineChart(
        "Loss", _x, new ChartAxis("packets lost", "% of offered") { Least = 0, Most = 1 },
        [new("lost", 1, Points(static point => point.LossRatio * Percent))]).Draw();

    private XElement Latency() => new LineChart(
        "Latency, 99th percentile by class", _x, new ChartAxis("p99", "µs, logarithmic") { IsLogarithmic = true },
        [.. ClassNames().Select((name, at) => new ChartSeries(name, at, Points(point => point.Latency(name, static c => c.P99) ?? double.NaN)))]).Draw();

    private XElement CpuByAccount() => Stack(
        "CPU time by account", new ChartAxis("CPU time", "% of one processor"),
        static (point, seconds) => seconds * Percent / point.Cpu.Wall, withIdle: true);

    private XElement CostByAccount() => Stack(
        "CPU time of a packet by account", new ChartAxis("CPU time", "ns a packet"),
        static (point, seconds) => seconds * 1e9 / Math.Max(1, point.Delivered), withIdle: false);

    private XElement Stack(string title, ChartAxis y, Func<SweepPoint, double, double> scale, bool withIdle)
    {
        List<(string, int, Func<AccountSeconds, double>)> accounts =
        [
            ("general", 0, static cpu => cpu.General),
            ("eligible on general (IIPCP)", 1, static cpu => cpu.EligibleOnGeneral),
            ("specialty (IIP)", 2, static cpu => cpu.Specialty),
            ("specialty, other", 4, static cpu => cpu.SpecialtyOther),
            ("hand-over", 5, static cpu => cpu.HandOverInAll),
        ];
        if (withIdle)
        {
            accounts.Add(("waiting: spin and idle", 6, static cpu => cpu.Waiting));
            accounts.Add(("not attributed", 7, static cpu => Math.Max(0, cpu.NotAttributed)));
        }

        return new StackedBarChart(title, Categorical(), y, [.. accounts.Select(account => (account.Item1, account.Item2, (IReadOnlyList<double>)[.. _points.Select(point => scale(point, account.Item3(point.Cpu)))]))]).Draw();
    }

    private XElement Spills()
    {
        string[] causes = [.. _points.SelectMany(static point => point.Spills).Where(static spill => spill.Value.Packets > 0).Select(static spill => spill.Key).Distinct()];
        double Share(SweepPoint point, string cause)
        {
            var all = point.OnEngines.Packets + point.Spills.Values.Sum(static spill => spill.Packets);
            return all == 0 ? 0 : Percent * point.Spills.GetValueOrDefault(cause, WorkFigures.None).Packets / all;
        }

        return new StackedBarChart(
            "Eligible packets that general threads did, by cause", Categorical(), new ChartAxis("spilled", "% of eligible packets") { Most = 1 },
            [.. causes.Select((cause, at) => (cause, at, (IReadOnlyList<double>)[.. _points.Select(point => Share(point, cause))]))]).Draw();
    }

    private XElement Histogram(string title, string unit, Func<TrialFigures, IReadOnlyList<long>> of)
    {
        SweepPoint[] shown = _points.Count < 3 ? [.. _points] : [_points[0], _points[_points.Count / 2], _points[^1]];
        var counts = shown.Select(point => point.Histogram(of)).ToArray();
        var buckets = Math.Max(1, counts.Max(static count => count.Select(static (n, at) => n > 0 ? at + 1 : 0).DefaultIfEmpty(0).Max()));
        string[] names = [.. Enumerable.Range(0, buckets).Select(static bucket => bucket < 2 ? Number(bucket) : $"{Number(1L << (bucket - 1))}–{Number((1L << bucket) - 1)}")];
        return new GroupedBarChart(
            title, new ChartAxis(unit, "") { Categories = names }, new ChartAxis("jobs", "% of all jobs"),
            [.. shown.Select((point, at) => ($"at {Number(point.Value)} {_x.Unit}", at, (IReadOnlyList<double>)[.. Enumerable.Range(0, buckets).Select(bucket => bucket < counts[at].Count ? Percent * counts[at][bucket] / Math.Max(1, counts[at].Sum()) : 0)]))]).Draw();
    }

    private XElement Capacities()
    {
        CapacityFigures[] capacities = [.. _measurement.Capacities.OrderBy(static capacity => capacity.Value)];
        var goals = capacities.SelectMany(static capacity => capacity.Goals).Select(static goal => goal.Goal.Name).Distinct();
        List<(string, int, IReadOnlyList<double>)> groups = [.. goals.Select((name, at) => (name, at, (IReadOnlyList<double>)[.. capacities.Select(capacity => (capacity.Goals.FirstOrDefault(goal => goal.Goal.Name == name)?.Throughput ?? double.NaN) / Thousand)]))];
        groups.Add(("delivered under overload", 6, [.. capacities.Select(static capacity => capacity.Saturated / Thousand)]));
        return new GroupedBarChart(
            "Highest rates (RFC 9971)", AxisOf(_measurement.Setup.Sweep, [.. capacities.Select(static capacity => Number(capacity.Value))]), new ChartAxis("rate", "thousand packets/s"), groups).Draw();
    }

    private ChartAxis Categorical() => _x with { Categories = _categories };

    private string[] ClassNames() => [.. _points.SelectMany(static point => point.Trials).SelectMany(static trial => trial.Classes).Select(static c => c.Name).Distinct()];

    private IReadOnlyList<ChartPoint> Points(Func<SweepPoint, double> of) => Values(_points, _measurement.Setup.Sweep, of);

    // Shares: an interval does not leave what a share can be.
    private ChartPoint[] Points(Func<SweepPoint, double> of, Func<SweepPoint, double> halfWidth) =>
        [.. Points(of).Zip(_points, (point, step) => halfWidth(step) is var half && double.IsFinite(half) ? point with { Low = Math.Max(0, point.Y - half), High = Math.Min(Percent, point.Y + half) } : point)];

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
