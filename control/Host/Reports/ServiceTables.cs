using System.Globalization;
using IpsecDp.Engines.Accounting;
using Spectre.Console;
using static IpsecDp.Host.Reports.ReportTables;

namespace IpsecDp.Host.Reports;

/// <summary>Service times in the shape of RMF's Workload Activity, and what disturbed them.</summary>
internal static class ServiceTables
{
    /// <summary>Prints both; a result the hypervisor took too much from is marked.</summary>
    public static void Print(CpuSnapshot cpu, Normalisation factor, IAnsiConsole console)
    {
        var times = new ServiceTimes(cpu, factor);
        var table = Titled("Service times", "Processor", ">Seconds, raw", ">Seconds, normalised", ">APPL%, raw");
        table.AddRow("CP", Seconds(times.Cp), Seconds(times.Cp), Share(times.ApplCp));
        table.AddRow("of it IIPCP", Seconds(times.IipCp), Seconds(times.IipCp), Share(times.ApplIipCp));
        table.AddRow("IIP", Seconds(times.Iip), Seconds(times.IipNormalised), Share(times.ApplIip));
        table.AddRow("CPU", "-", Seconds(times.Cpu), "-");
        console.Write(table);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  normalisation {factor}: a second of a specialty processor is worth {factor.Value:0.###} of a general one; by time stamps general {cpu.StampedSeconds(CpuAccount.General):0.000}, eligible on general {cpu.StampedSeconds(CpuAccount.EligibleOnGeneral):0.000}, specialty {cpu.StampedSeconds(CpuAccount.SpecialtyEligible):0.000} s"));
        console.WriteLine($"  {Describe(cpu)}");
        console.WriteLine();
    }

    private static string Describe(CpuSnapshot cpu)
    {
        var d = cpu.Disturbance;
        var steal = d.StealShare(cpu.Wall) is { } share ? string.Create(CultureInfo.InvariantCulture, $"{share:P1} of the machine stolen") : "steal unknown";
        var switches = d.InvoluntarySwitches is { } count ? $"{Count(count)} involuntary switches" : "involuntary switches unknown";
        var frequency = d.Megahertz is { } megahertz ? string.Create(CultureInfo.InvariantCulture, $"{megahertz:0} MHz") : "frequency unknown";
        var mark = d.IsStolen(cpu.Wall) ? "DOUBTFUL, the hypervisor took too much: " : string.Empty;
        return $"{mark}{steal}, {switches}, {d.Gen0Collections} collections, {frequency}";
    }

    private static string Seconds(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Share(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
