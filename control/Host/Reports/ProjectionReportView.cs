using System.Globalization;
using IpsecDp.Engines.Accounting;
using IpsecDp.Host.Measure;
using IpsecDp.Modelling.Activity;
using IpsecDp.Modelling.Projection;
using IpsecDp.Modelling.Statistics;
using Spectre.Console;
using static IpsecDp.Host.Reports.ReportTables;

namespace IpsecDp.Host.Reports;

/// <summary>A projection as an operator reads it in a terminal.</summary>
internal static class ProjectionReportView
{
    /// <summary>Prints what it was calibrated with, the machine that was asked about, and how far projections are off.</summary>
    public static void Print(ProjectionReport report, IAnsiConsole console)
    {
        var mean = report.Costs.Mean();
        console.WriteLine($"  calibrated   {report.Load}, its average packet of {report.Costs.Octets} octets, sealed; {report.Costs.Rounds.Count} rounds");
        console.WriteLine($"  on           {report.Machine}");
        console.WriteLine(Say($"  waking       an engine costs its waker {mean.HandOver.Wake / 1000:0.0} µs, and it works after {mean.HandOver.WakeLatency / 1000:0.0} µs"));
        if (report.OthersShare > NoiseFigures.MostOthers)
        {
            console.MarkupLine(Say($"  [yellow]disturbed[/]    other programs had {report.OthersShare * 100:0} % of the processors while this was calibrated: what is projected from it is not to be relied on"));
        }

        console.WriteLine();
        if (report.Result is { } result)
        {
            PrintResult(result, console);
        }

        if (report.Verification is { } verification)
        {
            PrintVerification(verification, console);
        }
    }

    private static void PrintResult(ProjectionResult result, IAnsiConsole console)
    {
        var machine = result.Request.Topology;
        var threads = result.Request.ThreadsPerCore;
        console.WriteLine(Say($"  projected    {machine.General} general and {machine.Specialty / threads} specialty processors, normalisation {machine.Factor}"));
        if (threads > 1)
        {
            console.WriteLine(Say($"  engines      SMT-2, {machine.Specialty} threads: two of a core do {result.Request.SmtThroughput:0.###} times what one does alone"));
        }

        console.WriteLine();
        var capacity = Titled("Highest rates, thousand packets a second, ± 95 %", "Machine", ">Without loss", ">At 0.5 % loss", ">Under threefold load");
        capacity.AddRow("as measured", Thousands(result.Capacity.WithoutLoss), Thousands(result.Capacity.Knee), Thousands(result.Capacity.Saturation));
        capacity.AddRow("if wake-ups cost nothing", Thousands(result.CapacityWithoutWakeUps.WithoutLoss), Thousands(result.CapacityWithoutWakeUps.Knee), Thousands(result.CapacityWithoutWakeUps.Saturation));
        console.Write(capacity);
        var points = Titled("Loads", ">% of capacity", ">Offered k/s", ">Delivered k/s", ">Gbit/s", ">Loss %", ">R %", ">APPL% CP", ">IIPCP", ">IIP", ">p99 µs");
        var handOver = Titled("Hand-over, percent of a processor", ">% of capacity", ">Wake-ups a second", ">Hand-over", ">of it wake-ups", ">Hand-over if they were free", ">R % then");
        foreach (var (load, point, free) in result.Request.Loads.Zip(result.Points, result.PointsWithoutWakeUps))
        {
            points.AddRow(
                Number(load * 100), Thousands(point.Offered, withInterval: false), Thousands(point.Delivered), Places(point.Bits.Mean / 1e9, 2), Places(point.Loss.Mean * 100, 2),
                Percent(point.RatioByTime), Number(point.ApplCp.Mean), Number(point.ApplIipCp.Mean), Number(point.ApplIip.Mean),
                Number(point.Latencies.Select(static latency => latency.P99.Mean).DefaultIfEmpty(0).Max()));
            handOver.AddRow(
                Number(load * 100), Number(point.WakeUps.Mean), Places(100 * point.Processors[CpuAccount.HandOver].Mean, 1), Places(100 * point.WakeUpProcessors.Mean, 1), Places(100 * free.Processors[CpuAccount.HandOver].Mean, 1), Percent(free.RatioByTime));
        }

        console.Write(points);
        console.Write(handOver);
    }

    private static void PrintVerification(VerificationResult verification, IAnsiConsole console)
    {
        var table = Titled($"Projection against measurement, {verification.Engines} engines, saturated", "Figure", ">Projected", ">Measured", ">Error");
        table.AddRow("thousand packets a second", Thousands(EstimateOf(verification.ProjectedThroughput)), Thousands(EstimateOf(verification.MeasuredThroughput)), Say($"{verification.ThroughputError.Median:+0.0%;-0.0%} ±{verification.ThroughputError.HalfWidth * 100:0.0}"));
        table.AddRow("R by time, %", Percent(EstimateOf(verification.ProjectedRatio)), Percent(EstimateOf(verification.MeasuredRatio)), Say($"{verification.RatioError.Median * 100:+0.0;-0.0} ±{verification.RatioError.HalfWidth * 100:0.0} points"));
        console.Write(table);
        PrintAccounts(verification, console);
        console.WriteLine(Say($"  rounds       {verification.Rounds.Count} count; {verification.DiscardedRounds} more were taken and discarded, because others had a processor, and {verification.SenselessRounds} because nothing can be projected from what they found"));
        if (verification is { ApartThroughputError: { } throughput, ApartRatioError: { } ratio })
        {
            console.WriteLine(Say($"  apart        from trials in which the processors share no work: throughput {throughput.Median:+0.0%;-0.0%} ±{throughput.HalfWidth * 100:0.0}, R {ratio.Median * 100:+0.0;-0.0} ±{ratio.HalfWidth * 100:0.0} points; it has no part in the verdict"));
        }

        console.MarkupLine(verification.IsTooNoisy || verification.IsScattered
            ? Say($"  [yellow]{verification.Verdict}[/]")
            : verification.Holds
                ? Say($"  [green]holds[/]: both errors are at most {VerificationResult.Goal:P0}")
                : Say($"  [red]missed[/]: an error is larger than {VerificationResult.Goal:P0}"));
    }

    private static Estimate EstimateOf(Middle middle) => new(middle.Median, middle.HalfWidth, middle.Samples);

    // Where an error comes from.
    private static void PrintAccounts(VerificationResult verification, IAnsiConsole console)
    {
        var table = Titled("CPU nanoseconds a packet at saturation", "Account", ">Projected", ">Measured");
        foreach (var account in CpuAccounts.All)
        {
            var projected = 1e9 * verification.Projected.Processors[account].Mean / verification.Projected.Delivered.Mean;
            var measured = verification.Trials.Average(trial => trial.PerPacket(account));
            if (projected > 0 || measured > 0)
            {
                table.AddRow(account.ToString(), Number(projected), Number(measured));
            }
        }

        console.Write(table);
    }

    private static string Thousands(Estimate estimate) => Thousands(estimate, withInterval: true);

    private static string Thousands(Estimate estimate, bool withInterval) =>
        !double.IsFinite(estimate.Mean) ? "-" : withInterval && double.IsFinite(estimate.HalfWidth) ? Say($"{estimate.Mean / 1000:N0} ±{estimate.HalfWidth / 1000:N0}") : Say($"{estimate.Mean / 1000:N0}");

    private static string Percent(Estimate share) =>
        !double.IsFinite(share.Mean) ? "-" : double.IsFinite(share.HalfWidth) ? Say($"{share.Mean * 100:0.0} ±{share.HalfWidth * 100:0.0}") : Say($"{share.Mean * 100:0.0}");

    private static string Places(double value, int places) => double.IsFinite(value) ? value.ToString("F" + places.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : "-";

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
