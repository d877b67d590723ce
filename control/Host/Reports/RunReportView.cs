using System.Globalization;
using IpsecDp.Daemon;
using Spectre.Console;
using static IpsecDp.Host.Reports.ReportTables;

namespace IpsecDp.Host.Reports;

/// <summary>The report of a data plane as an operator reads it in a terminal.</summary>
internal static class RunReportView
{
    /// <summary>Prints SAs, refusals, ports, CPU accounts and offload.</summary>
    public static void Print(DaemonReport report, IAnsiConsole console)
    {
        PrintAssociations(report.Plane.Associations, console);
        PrintNegotiations(report, console);
        PrintDrops([.. report.Plane.Drops.OrderByDescending(drop => drop.Value).Select(drop => (drop.Key, drop.Value))], console);
        PrintPorts(report, console);
        PrintCpu(report.Cpu, console);
        ServiceTables.Print(report.Cpu, report.Factor, console);
        PrintOffload(report.Cpu, cause => report.Plane.Pool.SpilledBy(cause).Packets, $"{report.GeneralThreads} general threads, {report.Engines} specialty engines", console);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  ran {report.Elapsed.TotalSeconds:0.0} s; {report.Plane.BypassedOut:N0} packets left and {report.Plane.BypassedIn:N0} came in clear as the policy says"));
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  memory: {report.Memory.BytesPerPacket:0.###} octets allocated a packet, {report.Memory.Collections} collections, {report.OutstandingBuffers} buffers not returned"));
        if (report.Capture is { } capture)
        {
            console.WriteLine($"  {capture}");
        }
    }

    private static void PrintNegotiations(DaemonReport report, IAnsiConsole console)
    {
        if (report.Negotiations.Count == 0)
        {
            return;
        }

        var table = Titled("IKEv2", "Connection", "Last agreed", ">IKE SAs", ">Rekeys", ">Children", ">Sent again", ">Given up", ">Failures");
        foreach (var n in report.Negotiations)
        {
            table.AddRow(
                n.Connection.EscapeMarkup(), (n.Agreed ?? "nothing").EscapeMarkup(), Count(n.IkeSas), Count(n.IkeRekeys), Count(n.Children),
                Count(n.Retransmissions), Count(n.GivenUp), Count(n.Failures));
        }

        console.Write(table);
    }

    private static void PrintPorts(DaemonReport report, IAnsiConsole console)
    {
        var table = Titled("Ports", "Port", ">Received", ">Octets", ">Sent", ">Octets", ">Receive failures", ">Send failures");
        foreach (var (port, stats) in report.Plane.Ports)
        {
            table.AddRow(
                port.EscapeMarkup(), Count(stats.ReceivedPackets), Count(stats.ReceivedBytes), Count(stats.SentPackets), Count(stats.SentBytes),
                Count(stats.ReceiveFailures), Count(stats.SendFailures));
        }

        console.Write(table);
    }
}
