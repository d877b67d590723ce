using System.Globalization;
using IpsecDp.Modelling.Activity;
using IpsecDp.Modelling.Pages;
using IpsecDp.Modelling.Statistics;
using Spectre.Console;
using static IpsecDp.Host.Reports.ReportTables;

namespace IpsecDp.Host.Reports;

/// <summary>A measurement as an operator reads it in a terminal, in the shape of RMF's Workload Activity report.</summary>
internal static class MeasureReportView
{
    private const string Absent = "N/A";

    /// <summary>Prints what was asked for, the highest rates, the activity, the steps, their classes and what follows.</summary>
    public static void Print(Measurement measurement, IAnsiConsole console)
    {
        foreach (var (name, text) in MeasurementWords.Setup(measurement.Setup))
        {
            console.WriteLine($"  {name,-12} {text}");
        }

        console.WriteLine();
        PrintCapacities(measurement, console);
        if (measurement.Points.Count > 0)
        {
            PrintActivity(measurement, console);
            PrintSteps(measurement, console);
            PrintCauses(measurement, console);
            PrintClasses(measurement, console);
        }

        foreach (var sentence in Conclusions.Of(measurement))
        {
            console.Write(new Padder(new Text(sentence), new Padding(2, 0, 0, 0)));
        }
    }

    private static void PrintCapacities(Measurement measurement, IAnsiConsole console)
    {
        if (measurement.Capacities.Count == 0)
        {
            return;
        }

        var table = Titled("Highest rates by RFC 9971, packets a second", Value(measurement), "Goal", ">Arrive", ">Highest that kept it", ">Lowest that broke it", ">Under overload", ">Trials", ">Marked", "");
        foreach (var capacity in measurement.Capacities)
        {
            foreach (var goal in capacity.Goals)
            {
                table.AddRow(
                    measurement.Setup.Sweep == SweepKind.Rate ? "all" : Plain(capacity.Value), goal.Goal.Name, Whole(goal.Throughput), Whole(goal.LowerBound), Whole(goal.UpperBound), Whole(capacity.Saturated),
                    Count(capacity.Trials), Count(capacity.MarkedTrials), goal.IsRegular ? "" : "[yellow]not bracketed[/]");
            }
        }

        console.Write(table);
    }

    // One block as RMF prints it, of the step nearest to capacity.
    private static void PrintActivity(Measurement measurement, IAnsiConsole console)
    {
        var point = measurement.Points.Where(point => measurement.Setup.Sweep != SweepKind.Rate || point.Value <= 100).DefaultIfEmpty(measurement.Points[0]).MaxBy(static point => point.Value)!;
        var activity = ActivityOf(measurement, point);
        var table = Titled($"WORKLOAD ACTIVITY, {Plain(point.Value)} {MeasurementWords.UnitOf(measurement.Setup.Sweep)}, {Plain(point.Seconds)} s".ToUpperInvariant(), "SERVICE TIMES", ">Seconds", "APPL %", ">Percent", "What it is");
        table.AddRow("CPU", Thousandths(activity.CpuSeconds), "CP", Hundredths(activity.ApplCp), "general processors, IIPCP included and IIP not");
        table.AddRow("SRB", Absent, "AAPCP", Absent, "");
        table.AddRow("RCT", Absent, "IIPCP", Hundredths(activity.ApplIipcp), activity.HasEngines ? "eligible work that general processors did" : "eligible work, which would move (PROJECTCPU)");
        table.AddRow("IIT", Absent, "AAP", Absent, "");
        table.AddRow("HST", Absent, "IIP", Hundredths(activity.ApplIip), "specialty engines, raw");
        table.AddRow("AAP", Absent, "", "", "");
        table.AddRow("IIP", Thousandths(activity.IipSeconds), "", "", "raw");
        table.AddRow("IIP x factor", Thousandths(activity.NormalisedIipSeconds), "", "", string.Create(CultureInfo.InvariantCulture, $"normalised by {activity.Factor:0.000}; CPU is CP and this"));
        console.Write(table);
    }

    private static void PrintSteps(Measurement measurement, IAnsiConsole console)
    {
        var steps = Titled("Steps", $">{Value(measurement)}", ">Offered/s", ">Delivered/s", ">Loss %", ">p99 µs", ">APPL% CP", ">IIPCP", ">IIP", ">Steal %", "");
        var moved = Titled("Moved to engines", $">{Value(measurement)}", ">R by time %", ">packets %", ">octets %", ">Engines' share %", ">Packets a job", ">Wake-ups", ">Deepest queue");
        foreach (var point in measurement.Points)
        {
            var activity = ActivityOf(measurement, point);
            steps.AddRow(
                Plain(point.Value), Number(point.OfferedPerSecond), Number(point.DeliveredPerSecond), Places(point.LossRatio * 100, 2),
                Number(point.Trials.SelectMany(static trial => trial.Classes).Select(static c => c.P99).DefaultIfEmpty(0).Max()),
                Places(activity.ApplCp, 1), Places(activity.ApplIipcp, 1), activity.ApplIip is { } iip ? Places(iip, 1) : Absent,
                Places(point.Trials.Max(static trial => trial.Noise.StealShare) * 100 ?? double.NaN, 1), point.IsMarked ? "[yellow]disturbed[/]" : "");
            moved.AddRow(
                Plain(point.Value), WithInterval(point.RatioByTime), Places(point.RatioByPackets * 100, 1), Places(point.RatioByOctets * 100, 1), WithInterval(point.EngineShare),
                Places(PacketCost.Of(point).PacketsPerJob, 1), Count(point.Trials.Sum(static trial => trial.WakeUps)), Count(point.Trials.Max(static trial => trial.DeepestQueue)));
        }

        console.Write(steps);
        console.Write(moved);
    }

    private static string WithInterval(Estimate share) => $"{Places(share.Mean * 100, 1)} ±{Places(share.HalfWidth * 100, 1)}";

    private static void PrintCauses(Measurement measurement, IAnsiConsole console)
    {
        var causes = measurement.Points.SelectMany(static point => point.Spills).GroupBy(static spill => spill.Key).Select(static spills => (spills.Key, Packets: spills.Sum(static spill => spill.Value.Packets))).Where(static spill => spill.Packets > 0).ToArray();
        var lost = measurement.Points.SelectMany(static point => point.Trials).SelectMany(static trial => trial.LostAt).GroupBy(static entry => entry.Key).Select(static entries => (entries.Key, Packets: entries.Sum(static entry => entry.Value))).ToArray();
        console.WriteLine($"  eligible packets that general threads did: {(causes.Length == 0 ? "none" : string.Join(", ", causes.Select(static cause => $"{Count(cause.Packets)} {cause.Key}")))}");
        console.WriteLine($"  packets lost: {(lost.Length == 0 ? "none" : string.Join(", ", lost.Select(static place => $"{Count(place.Packets)} {place.Key}")))}");
        console.WriteLine($"  packets behind a later one of their flow: {Count(measurement.Points.Sum(static point => point.Trials.Sum(static trial => trial.Reordered)))}; unaccounted for: {Count(measurement.Points.Sum(static point => point.Trials.Sum(static trial => trial.Unaccounted)))}");
        console.WriteLine();
    }

    // The lowest, a middle and the highest load that is not above capacity; the page and the document have all of them.
    private static void PrintClasses(Measurement measurement, IAnsiConsole console)
    {
        SweepPoint[] usable = [.. measurement.Points.Where(point => measurement.Setup.Sweep != SweepKind.Rate || point.Value <= 100)];
        SweepPoint[] points = usable.Length == 0 ? [measurement.Points[0]] : [.. new[] { usable[0], usable[usable.Length / 2], usable[^1] }.Distinct()];
        var unit = MeasurementWords.UnitOf(measurement.Setup.Sweep);
        var table = Titled("Latency by class, µs from arrival by the clock", ["Class", .. points.SelectMany(point => new[] { $">p50 at {Plain(point.Value)}", ">p99", ">p99.9", ">lost" })]);
        foreach (var name in points.SelectMany(static point => point.Trials).SelectMany(static trial => trial.Classes).Select(static c => c.Name).Distinct())
        {
            table.AddRow([name, .. points.SelectMany(point => new[]
            {
                Whole(point.Latency(name, static c => c.P50)), Whole(point.Latency(name, static c => c.P99)), Whole(point.Latency(name, static c => c.P999)),
                Count(point.Trials.SelectMany(static trial => trial.Classes).Where(c => c.Name == name).Sum(static c => c.Lost)),
            })]);
        }

        console.Write(table);
        console.WriteLine($"  at: {unit}");
        console.WriteLine();
    }

    private static WorkloadActivity ActivityOf(Measurement measurement, SweepPoint point) =>
        new(point.Cpu, measurement.Setup.Sweep == SweepKind.Engines ? (int)point.Value : measurement.Setup.Engines, measurement.Setup.Factor);

    private static string Value(Measurement measurement) => measurement.Setup.Sweep switch
    {
        SweepKind.Rate => "% of capacity",
        SweepKind.Engines => "Engines",
        SweepKind.Size => "Octets",
        _ => "Tunnels",
    };

    private static string Whole(double? value) => value is { } known ? Number(known) : "-";

    private static string Plain(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Thousandths(double? value) => value is { } known ? Places(known, 3) : Absent;

    private static string Hundredths(double? value) => value is { } known ? Places(known, 2) : Absent;

    private static string Places(double value, int places) => double.IsFinite(value) ? value.ToString("F" + places.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : "-";
}
