using System.Globalization;
using System.Xml.Linq;
using IpsecDp.Modelling.Activity;

namespace IpsecDp.Modelling.Pages;

/// <summary>The figures behind the charts as HTML tables.</summary>
internal static class MeasurementTables
{
    private static readonly string[] Formulas =
    [
        "R = specialty / (eligible on general + specialty): how much of what could run on an engine did.",
        "Engines' share = (specialty + specialty other) / (all product accounts but spin and idle).",
        "CP = general + eligible on general + hand-over on general threads; IIPCP = eligible on general; IIP = specialty + specialty other + hand-over on engines, raw; CPU = CP + factor × IIP.",
        "APPL% = seconds / wall time × 100, so that 100 is one processor.",
    ];

    public static IEnumerable<XElement> All(Measurement measurement)
    {
        if (measurement.Capacities.Count > 0)
        {
            yield return Section("Highest rates (RFC 9971)", Capacities(measurement));
        }

        if (measurement.Points.Count > 0)
        {
            yield return Section("Workload activity", Activity(measurement), new XElement("ul", new XAttribute("class", "say"), Formulas.Select(static formula => new XElement("li", formula))));
            yield return Section("Steps", Steps(measurement));
            yield return Section("Classes", Classes(measurement));
        }
    }

    private static XElement Section(string title, params object[] content) => new("section", new XElement("h2", title), new XElement("div", new XAttribute("class", "tables"), content));

    private static XElement Capacities(Measurement measurement) => Table(
        [Value(measurement), "Goal", "Arrives, packets/s", "Highest that kept it", "Lowest that broke it", "Bracketed", "Under overload, packets/s", "Trials", "Marked"],
        measurement.Capacities.SelectMany(capacity => capacity.Goals.Select(goal => (false, new[]
        {
            capacity.Value == 0 && measurement.Setup.Sweep == SweepKind.Rate ? "all" : Number(capacity.Value),
            goal.Goal.Name, Whole(goal.Throughput), Whole(goal.LowerBound), Whole(goal.UpperBound), goal.IsRegular ? "yes" : "no", Whole(capacity.Saturated), Whole(capacity.Trials), Whole(capacity.MarkedTrials),
        }))));

    private static XElement Activity(Measurement measurement) => Table(
        [Value(measurement), "CPU s", "CP s", "IIPCP s", "IIP s, raw", "IIP s, normalised", "APPL% CP", "APPL% IIPCP", "APPL% IIP", "Hand-over s", "Spin s", "Idle s"],
        measurement.Points.Select(point =>
        {
            var activity = new WorkloadActivity(point.Cpu, EnginesOf(measurement, point), measurement.Setup.Factor);
            return (point.IsMarked, new[]
            {
                Number(point.Value), Seconds(activity.CpuSeconds), Seconds(activity.CpSeconds), Seconds(activity.IipcpSeconds), Seconds(activity.IipSeconds), Seconds(activity.NormalisedIipSeconds),
                Percent(activity.ApplCp), Percent(activity.ApplIipcp), Percent(activity.ApplIip), Seconds(point.Cpu.HandOverInAll), Seconds(point.Cpu.Spin), Seconds(point.Cpu.Idle),
            });
        }));

    private static XElement Steps(Measurement measurement) => Table(
        [Value(measurement), "Offered/s", "Delivered/s", "Gbit/s", "Loss %", "R time %", "± points", "R packets %", "R octets %", "Engines' share %", "± points", "Packets a job", "Wake-ups", "Deepest queue", "Steal %", "Others %", "Reordered"],
        measurement.Points.Select(static point => (point.IsMarked, new[]
        {
            Number(point.Value), Whole(point.OfferedPerSecond), Whole(point.DeliveredPerSecond), Places(point.DeliveredBits / 1e9, 2), Places(point.LossRatio * 100, 3),
            Places(point.RatioByTime.Mean * 100, 1), Places(point.RatioByTime.HalfWidth * 100, 1), Places(point.RatioByPackets * 100, 1), Places(point.RatioByOctets * 100, 1), Places(point.EngineShare.Mean * 100, 1), Places(point.EngineShare.HalfWidth * 100, 1),
            Places(PacketCost.Of(point).PacketsPerJob, 1), Whole(point.Trials.Sum(static trial => trial.WakeUps)), Whole(point.Trials.Max(static trial => trial.DeepestQueue)),
            Places(point.Trials.Max(static trial => trial.Noise.StealShare) * 100, 1), Places(point.Trials.Max(static trial => trial.Noise.OthersShare) * 100, 1), Whole(point.Trials.Sum(static trial => trial.Reordered)),
        })));

    private static XElement Classes(Measurement measurement) => Table(
        [Value(measurement), "Class", "Offered", "Delivered", "Lost", "p50 µs", "p99 µs", "p99.9 µs", "Longest µs"],
        measurement.Points.SelectMany(static point => point.Trials.SelectMany(static trial => trial.Classes).Select(static c => c.Name).Distinct().Select(name =>
        {
            var classes = point.Trials.SelectMany(static trial => trial.Classes).Where(c => c.Name == name).ToArray();
            return (point.IsMarked, new[]
            {
                Number(point.Value), name, Whole(classes.Sum(static c => c.Offered)), Whole(classes.Sum(static c => c.Delivered)), Whole(classes.Sum(static c => c.Lost)),
                Places(point.Latency(name, static c => c.P50), 1), Places(point.Latency(name, static c => c.P99), 1), Places(point.Latency(name, static c => c.P999), 1), Places(classes.Max(static c => c.Longest), 0),
            });
        })));

    private static int EnginesOf(Measurement measurement, SweepPoint point) => measurement.Setup.Sweep == SweepKind.Engines ? (int)point.Value : measurement.Setup.Engines;

    private static string Value(Measurement measurement)
    {
        var unit = MeasurementWords.UnitOf(measurement.Setup.Sweep);
        return char.ToUpperInvariant(unit[0]) + unit[1..];
    }

    private static XElement Table(string[] heading, IEnumerable<(bool IsMarked, string[] Cells)> rows) => new(
        "table",
        new XElement("thead", new XElement("tr", heading.Select(static text => new XElement("th", text)))),
        new XElement("tbody", rows.Select(static row => new XElement("tr", row.IsMarked ? new XAttribute("class", "marked") : null, row.Cells.Select(static cell => new XElement("td", cell))))));

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Whole(double? value) => value is { } known && double.IsFinite(known) ? known.ToString("N0", CultureInfo.InvariantCulture) : "–";

    private static string Places(double? value, int places) => value is { } known && double.IsFinite(known) ? known.ToString("N" + places.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : "–";

    private static string Seconds(double? value) => value is null ? "N/A" : Places(value, 3);

    private static string Percent(double? value) => value is null ? "N/A" : Places(value, 2);
}
