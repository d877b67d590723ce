using System.Globalization;

namespace IpsecDp.Peers.Bed;

/// <summary>What /proc says about one process.</summary>
internal static class ProcessFigures
{
    /// <summary>The parent's number among the fields.</summary>
    public const int ParentAt = 1;

    private const int UserTimeAt = 11;
    private const int SystemTimeAt = 12;
    private const double TicksPerSecond = 100;
    private const string Involuntary = "nonvoluntary_ctxt_switches:";

    /// <summary>The fields of proc_pid_stat(5) behind the name, so that the state is the first; false when the process is gone.</summary>
    public static bool TryReadStat(int process, out string[] fields)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return true;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            fields = [];
            return false;
        }
    }

    /// <summary>CPU seconds of all its threads, 0 when it is gone.</summary>
    public static double CpuSeconds(int process) => TryReadStat(process, out var fields)
        ? (double.Parse(fields[UserTimeAt], CultureInfo.InvariantCulture) + double.Parse(fields[SystemTimeAt], CultureInfo.InvariantCulture)) / TicksPerSecond
        : 0;

    /// <summary>How often a thread of it lost its processor before it was done.</summary>
    public static long InvoluntarySwitches(int process)
    {
        try
        {
            return Directory.EnumerateDirectories($"/proc/{process}/task").Sum(thread => SwitchesIn(File.ReadLines(Path.Combine(thread, "status"))));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private static long SwitchesIn(IEnumerable<string> status) =>
        status.Where(line => line.StartsWith(Involuntary, StringComparison.Ordinal)).Sum(line => long.Parse(line.AsSpan(Involuntary.Length), CultureInfo.InvariantCulture));
}
