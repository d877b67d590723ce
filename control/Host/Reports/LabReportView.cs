using System.Globalization;
using IpsecDp.Host.Lab;
using IpsecDp.Host.Lab.Namespaces;
using Spectre.Console;
using static IpsecDp.Host.Reports.ReportTables;

namespace IpsecDp.Host.Reports;

/// <summary>The lab's report as an operator reads it in a terminal.</summary>
internal static class LabReportView
{
    /// <summary>Prints who was protected by what, the traffic, the CPU accounts and the offload.</summary>
    public static void Print(LabResult result, IAnsiConsole console)
    {
        PrintAssociations(result.Planes.SelectMany(plane => plane.Associations).Where(sa => sa.IsInbound), console);
        console.WriteLine($"  keys: {result.Agreed ?? "random, given to both hosts"}");
        console.WriteLine();
        PrintTraffic(result, console);
        PrintCpu(result.Cpu, console);
        ServiceTables.Print(result.Cpu, result.Options.Engine.Factor, console);
        PrintOffload(result.Cpu, cause => LabWords.SpilledPackets(result, cause), $"each host: {result.GeneralThreads} general threads, {result.Options.Engines} specialty engines", console);
        PrintDrops([.. LabWords.Drops(result)], console);
        if (result.Wire is { } wire)
        {
            PrintWire(wire, result, console);
        }

        PrintVerdict(result, console);
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

    private static void PrintWire(WireSummary wire, LabResult result, IAnsiConsole console)
    {
        var way = result.Options.IsInUdp ? "ESP in UDP" : "ESP";
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  on the wire: {wire.EspPackets:N0} packets of {way} with {wire.EspOctets:N0} octets, {wire.Housekeeping:N0} of ARP, neighbour discovery and errors about ESP, {wire.KeyExchange:N0} of IKE, {wire.Strangers:N0} of anything else"));
        foreach (var line in wire.StrangerLines)
        {
            console.WriteLine($"    in clear: {line}");
        }

        console.WriteLine(wire.IsSecret
            ? string.Create(CultureInfo.InvariantCulture, $"  the applications' text was readable in {wire.Readable:N0} of them; {wire.Missed:N0} frames came too fast to be looked into")
            : string.Create(CultureInfo.InvariantCulture, $"  {result.Options.Suite.Name} does not encrypt: the applications' text was readable in {wire.Readable:N0} of them"));
        if (!wire.KernelDrops.IsNone)
        {
            console.WriteLine($"  the kernels let packets go: {wire.KernelDrops.TunQueueFull:N0} at a full TUN queue, {wire.KernelDrops.LinkQueueFull:N0} at the link, {wire.KernelDrops.SocketFull:N0} at a full socket, {wire.KernelDrops.CaptureQueueFull:N0} at a full NFQUEUE");
        }

        console.WriteLine($"  by DSCP: {string.Join(", ", wire.ByDscp.OrderByDescending(entry => entry.Key).Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Value:N0} with {entry.Key}")))}");
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
}
