using System.Xml.Linq;
using IpsecDp.Modelling.Activity;
using IpsecDp.Modelling.Charts;

namespace IpsecDp.Modelling.Pages;

/// <summary>Two measurements of one kind of sweep, figure by figure.</summary>
internal static class ComparisonCharts
{
    /// <summary>Why two kinds of sweep cannot be laid over one another; null where they can.</summary>
    public static string? Refusal(SweepKind one, SweepKind other) => one == other
        ? null
        : $"a sweep of {one.ToString().ToLowerInvariant()} and one of {other.ToString().ToLowerInvariant()} have nothing in common";

    /// <summary>Draws ratio, share, loss, latency, and the delivered rate over the offered one.</summary>
    public static IEnumerable<XElement> Draw(Measurement one, Measurement other)
    {
        yield return Over("Offload ratio R by time", one, other, new ChartAxis("share", "%") { Least = 0, Most = 100 }, static point => point.RatioByTime.Mean * 100);
        yield return Over("Engines' share of busy time", one, other, new ChartAxis("share", "%") { Least = 0, Most = 100 }, static point => point.EngineShare.Mean * 100);
        yield return Over("Loss", one, other, new ChartAxis("packets lost", "% of offered") { Least = 0, Most = 1 }, static point => point.LossRatio * 100);
        yield return Over("Latency of the slowest class, 99th percentile", one, other, new ChartAxis("p99", "µs, logarithmic") { IsLogarithmic = true }, static point => point.Trials.SelectMany(static trial => trial.Classes).Select(static c => c.P99).DefaultIfEmpty(double.NaN).Order().ElementAtOrDefault(point.Trials.Sum(static trial => trial.Classes.Count) - 1));
        yield return Delivered(one, other);
    }

    private static XElement Over(string title, Measurement one, Measurement other, ChartAxis y, Func<SweepPoint, double> of)
    {
        double[] values = [.. one.Points.Concat(other.Points).Select(static point => point.Value).Distinct().Order()];
        var sweep = one.Setup.Sweep;
        ChartPoint[] Points(Measurement measurement) =>
            [.. measurement.Points.OrderBy(static point => point.Value).Select(point => new ChartPoint(sweep == SweepKind.Rate ? point.Value : Array.IndexOf(values, point.Value), of(point)))];

        var x = MeasurementCharts.AxisOf(sweep, [.. values.Select(static value => value.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture))]);
        return new LineChart(title, x, y, [new(NameOf("this", one), 0, Points(one)), new(NameOf("other", other), 1, Points(other), SeriesStyle.Other)]).Draw();
    }

    // Percent of capacity hides that the capacities differ; packets a second do not.
    private static XElement Delivered(Measurement one, Measurement other)
    {
        static ChartPoint[] Points(Measurement measurement) =>
            [.. measurement.Points.OrderBy(static point => point.OfferedPerSecond).Select(static point => new ChartPoint(point.OfferedPerSecond / 1000, point.DeliveredPerSecond / 1000))];

        return new LineChart(
            "Delivered over offered", new ChartAxis("offered", "thousand packets/s") { Least = 0 }, new ChartAxis("delivered", "thousand packets/s") { Least = 0 },
            [new(NameOf("this", one), 0, Points(one)), new(NameOf("other", other), 1, Points(other), SeriesStyle.Other)]).Draw();
    }

    private static string NameOf(string which, Measurement measurement) => $"{which}: {measurement.Setup.Load}, {measurement.Setup.General} general, {measurement.Setup.Engines} specialty";
}
