using System.Globalization;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Accounting;
using Spectre.Console;

namespace IpsecDp.Host.Reports;

/// <summary>The tables that every report of the product shares, and how figures are written in them.</summary>
internal static class ReportTables
{
    /// <summary>Who is protected by what.</summary>
    public static void PrintAssociations(IEnumerable<SaSnapshot> associations, IAnsiConsole console)
    {
        var table = Titled("Security associations", "Tunnel", "SPI", "From", "To", "Protection", "Mode", ">Packets", ">Octets", ">Lost", ">Refused");
        foreach (var sa in associations.OrderBy(sa => sa.Spi))
        {
            var (from, to) = sa.IsInbound ? (sa.Remote, sa.Local) : (sa.Local, sa.Remote);
            table.AddRow(
                sa.Tunnel.EscapeMarkup(), $"0x{sa.Spi:x8}", from, to, $"{sa.Protocol.ToUpperInvariant()} {sa.Suite}", sa.Mode.ToLowerInvariant(),
                Count(sa.Packets), Count(sa.Bytes), Count(sa.Lost), Count(sa.Replayed + sa.IntegrityFailures + sa.OtherRefusals));
        }

        console.Write(table);
    }

    /// <summary>Where the CPU time went.</summary>
    public static void PrintCpu(CpuSnapshot cpu, IAnsiConsole console)
    {
        var table = Titled("CPU time by account", "Account", ">Seconds", ">Share of process", "What it is");
        void Row(string name, double seconds, string meaning) =>
            table.AddRow(name, Seconds(seconds), Percent(seconds / cpu.ProcessSeconds), meaning);

        Row("general", cpu[CpuAccount.General], "receive, admit, deliver, send on general threads");
        Row("eligible on general", cpu[CpuAccount.EligibleOnGeneral], "sealing and opening that a general thread did");
        Row("specialty", cpu[CpuAccount.SpecialtyEligible], "sealing and opening on engines");
        Row("specialty, other", cpu[CpuAccount.SpecialtyOther], "delivery and sends on an engine's thread");
        Row("hand-over", cpu[CpuAccount.HandOver], "queueing, waking and taking of jobs");
        Row("spin", cpu[CpuAccount.Spin], "spent awake, hoping for work");
        Row("idle", cpu[CpuAccount.Idle], "spent on falling asleep and waking up");
        Row("workload", cpu[CpuAccount.Workload], "the lab's own applications");
        Row("not attributed", cpu.NotAttributedSeconds, "the runtime and threads nobody registered");
        Row("[bold]process[/]", cpu.ProcessSeconds, string.Empty);
        console.Write(table);
    }

    /// <summary>What moved to engines, and what did not and why.</summary>
    public static void PrintOffload(CpuSnapshot cpu, Func<SpillCause, long> spilledPackets, string threads, IAnsiConsole console)
    {
        var ratios = new OffloadRatios(cpu);
        var table = Titled("Offload", "Ratio", ">Value", "Formula");
        table.AddRow("eligible share", Percent(ratios.EligibleShare), "(eligible on general + specialty) / product");
        table.AddRow("offload ratio", Percent(ratios.OffloadRatio), "specialty / (eligible on general + specialty)");
        table.AddRow("spill", Percent(ratios.Spill), "eligible on general / (eligible on general + specialty)");
        console.Write(table);
        var spills = string.Join(", ", Enum.GetValues<SpillCause>().Select(cause => string.Create(CultureInfo.InvariantCulture, $"{spilledPackets(cause):N0} {Cause(cause)}")));
        console.WriteLine($"  packets that general threads sealed or opened: {spills}");
        console.WriteLine($"  {threads}");
        console.WriteLine();
    }

    /// <summary>What was refused and why; nothing where nothing was.</summary>
    public static void PrintDrops(IReadOnlyList<(DropReason Reason, long Count)> drops, IAnsiConsole console)
    {
        if (drops.Count == 0)
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

    /// <summary>An empty table; a leading &gt; marks a column of figures.</summary>
    public static Table Titled(string title, params ReadOnlySpan<string> columns)
    {
        var table = new Table { Border = TableBorder.Simple, Title = new TableTitle(title) };
        foreach (var column in columns)
        {
            var header = new TableColumn(column.TrimStart('>')).NoWrap();
            table.AddColumn(column.StartsWith('>') ? header.RightAligned() : header);
        }

        return table;
    }

    /// <summary>A whole number with separators.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number without places.</summary>
    public static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Seconds(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Percent(double value) => double.IsFinite(value) ? value.ToString("P1", CultureInfo.InvariantCulture) : "-";

    private static string Cause(SpillCause cause) => cause switch
    {
        SpillCause.Full => "because the queues were full",
        SpillCause.Waited => "that had waited too long",
        SpillCause.TooSmall => "too small to hand over",
        SpillCause.Helped => "while the engines needed help",
        SpillCause.Dearer => "because moving it carried less than keeping it",
        _ => "while engines were varied off",
    };
}
