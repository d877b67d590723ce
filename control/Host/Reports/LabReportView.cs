using System.Globalization;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Host.Lab;
using IpsecDp.Ipsec;
using Spectre.Console;

namespace IpsecDp.Host.Reports;

/// <summary>The lab's report as an operator reads it in a terminal.</summary>
internal static class LabReportView
{
    /// <summary>Prints who was protected by what, the traffic, the CPU accounts and the offload.</summary>
    public static void Print(LabResult result, IAnsiConsole console)
    {
        PrintAssociations(result, console);
        PrintTraffic(result, console);
        PrintCpu(result, console);
        PrintOffload(result, console);
        PrintDrops(result, console);
        PrintVerdict(result, console);
    }

    private static void PrintAssociations(LabResult result, IAnsiConsole console)
    {
        var table = Titled("Security associations", "Tunnel", "SPI", "From", "To", "Protection", "Mode", ">Packets", ">Octets", ">Lost");
        foreach (var sa in result.Planes.SelectMany(plane => plane.Associations).Where(sa => sa.IsInbound).OrderBy(sa => sa.Spi))
        {
            table.AddRow(
                sa.Tunnel.EscapeMarkup(), $"0x{sa.Spi:x8}", sa.Remote, sa.Local, $"{sa.Protocol.ToUpperInvariant()} {sa.Suite}", sa.Mode.ToLowerInvariant(),
                Count(sa.Packets), Count(sa.Bytes), Count(sa.Lost));
        }

        console.Write(table);
    }

    private static void PrintTraffic(LabResult result, IAnsiConsole console)
    {
        var table = Titled("Traffic", "Class", ">Offered", ">Delivered", ">Lost", ">Reordered", ">Corrupted", ">p50 µs", ">p99 µs", ">p99.9 µs");
        foreach (var c in result.Traffic.Classes)
        {
            table.AddRow(
                c.Name, Count(c.Offered), Count(c.Delivered), Count(c.Lost), Count(c.Reordered), Count(c.Corrupted),
                Number(c.Latency.P50), Number(c.Latency.P99), Number(c.Latency.P999));
        }

        var latency = result.Traffic.Latency;
        table.AddEmptyRow();
        table.AddRow(
            "[bold]all[/]", Count(result.Traffic.Offered), Count(result.Traffic.Delivered), Count(result.Traffic.Lost),
            Count(result.Traffic.Classes.Sum(c => c.Reordered)), Count(LabWords.Corrupted(result.Traffic)), Number(latency.P50), Number(latency.P99), Number(latency.P999));
        console.Write(table);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {LabWords.Throughput(result) / 1e9:0.00} Gbit/s delivered over {result.Elapsed.TotalSeconds:0.0} s, both directions; {Count(LabWords.CipherBytes(result))} octets on the link"));
        console.WriteLine();
    }

    private static void PrintCpu(LabResult result, IAnsiConsole console)
    {
        var cpu = result.Cpu;
        var table = Titled("CPU time by account", "Account", ">Seconds", ">Share of process", "What it is");
        void Row(string name, double seconds, string meaning) =>
            table.AddRow(name, Seconds(seconds), Percent(seconds / cpu.ProcessSeconds), meaning);

        Row("general", cpu[CpuAccount.General], "receive, admit, deliver, send on general threads");
        Row("eligible on general", cpu[CpuAccount.EligibleOnGeneral], "sealing and opening that a general thread did");
        Row("specialty", cpu[CpuAccount.SpecialtyEligible], "sealing and opening on engines");
        Row("specialty, other", cpu[CpuAccount.SpecialtyOther], "delivery and sends on an engine's thread");
        Row("hand-over", cpu[CpuAccount.HandOver], "queueing, waking and taking of jobs");
        Row("idle", cpu[CpuAccount.Idle], "spent while waiting for work");
        Row("workload", cpu[CpuAccount.Workload], "the lab's own applications");
        Row("not attributed", cpu.NotAttributedSeconds, "the runtime and threads nobody registered");
        Row("[bold]process[/]", cpu.ProcessSeconds, string.Empty);
        console.Write(table);
    }

    private static void PrintOffload(LabResult result, IAnsiConsole console)
    {
        var ratios = new OffloadRatios(result.Cpu);
        var table = Titled("Offload", "Ratio", ">Value", "Formula");
        table.AddRow("eligible share", Percent(ratios.EligibleShare), "(eligible on general + specialty) / product");
        table.AddRow("offload ratio", Percent(ratios.OffloadRatio), "specialty / (eligible on general + specialty)");
        table.AddRow("spill", Percent(ratios.Spill), "eligible on general / (eligible on general + specialty)");
        console.Write(table);
        var spills = string.Join(", ", Enum.GetValues<SpillCause>().Select(cause => $"{LabWords.SpilledPackets(result, cause):N0} {Cause(cause)}"));
        console.WriteLine($"  packets that general threads sealed or opened: {spills}");
        console.WriteLine($"  each host: {LabWords.GeneralThreads} general threads, {result.Options.Engines} specialty engines");
        console.WriteLine();
    }

    private static void PrintDrops(LabResult result, IAnsiConsole console)
    {
        var drops = LabWords.Drops(result).ToArray();
        if (drops.Length == 0)
        {
            return;
        }

        var table = Titled("Refused packets", "Reason", ">Packets", "Why");
        foreach (var (reason, count) in drops)
        {
            table.AddRow(reason.ToString(), Count(count), DropReasons.Sentence(reason));
        }

        console.Write(table);
    }

    private static void PrintVerdict(LabResult result, IAnsiConsole console)
    {
        var perPacket = result.SteadyPackets == 0 ? 0 : (double)result.AllocatedBytes / result.SteadyPackets;
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  memory: {perPacket:0.###} octets allocated a packet, {result.Collections} collections, {result.OutstandingBuffers} buffers not returned"));
        if (result.Options.Faults.Total > 0)
        {
            console.WriteLine($"  faults asked for: {result.Options.Faults}; they took {result.TakenByFaults:N0} packets");
        }

        if (result.Capture is { } capture)
        {
            console.WriteLine($"  {capture}");
        }

        console.MarkupLine(result.IsSound
            ? "  [green]sound[/]: nothing was lost, changed or reordered that no fault asked for"
            : "  [red]not sound[/]: see the losses, damages or buffers above");
    }

    private static Table Titled(string title, params ReadOnlySpan<string> columns)
    {
        var table = new Table { Border = TableBorder.Simple, Title = new TableTitle(title) };
        foreach (var column in columns)
        {
            // A leading > marks a column of figures.
            var header = new TableColumn(column.TrimStart('>')).NoWrap();
            table.AddColumn(column.StartsWith('>') ? header.RightAligned() : header);
        }

        return table;
    }

    private static string Cause(SpillCause cause) => cause switch
    {
        SpillCause.Full => "because the queues were full",
        SpillCause.Waited => "that had waited too long",
        SpillCause.TooSmall => "too small to hand over",
        _ => "while engines were varied off",
    };

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Seconds(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Percent(double value) => double.IsFinite(value) ? value.ToString("P1", CultureInfo.InvariantCulture) : "-";
}
