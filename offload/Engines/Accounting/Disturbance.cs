using System.Globalization;

namespace IpsecDp.Engines.Accounting;

/// <summary>What makes a measured span doubtful: time the hypervisor took (all CPUs, null where unknown), involuntary context switches of the process (null where unknown), collections by generation.</summary>
public readonly record struct Disturbance(double? StealSeconds, long? InvoluntarySwitches, int Gen0Collections, int Gen1Collections, int Gen2Collections)
{
    // proc_stat(5): in units of USER_HZ, which is 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    // proc_stat(5): "cpu" user nice system idle iowait irq softirq steal.
    private const int StealField = 8;

    /// <summary>The counts since the machine, respectively the process, started.</summary>
    public static Disturbance Read() =>
        new(ReadSteal(), ResourceUsage.InvoluntarySwitches(), GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2));

    /// <summary>The counts of the span between two readings.</summary>
    public static Disturbance operator -(Disturbance later, Disturbance earlier) => Subtract(later, earlier);

    /// <summary>The counts of the span between two readings.</summary>
    public static Disturbance Subtract(Disturbance later, Disturbance earlier) => new(
        later.StealSeconds - earlier.StealSeconds,
        later.InvoluntarySwitches - earlier.InvoluntarySwitches,
        later.Gen0Collections - earlier.Gen0Collections,
        later.Gen1Collections - earlier.Gen1Collections,
        later.Gen2Collections - earlier.Gen2Collections);

    /// <summary>Steal seconds of the first line of <c>/proc/stat</c>; null if it has none.</summary>
    internal static double? ParseSteal(string line)
    {
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > StealField && fields[0] == "cpu" && long.TryParse(fields[StealField], CultureInfo.InvariantCulture, out var ticks)
            ? ticks / TicksPerSecond
            : null;
    }

    private static double? ReadSteal()
    {
        const string Path = "/proc/stat";
        return OperatingSystem.IsLinux() && File.Exists(Path) ? ParseSteal(File.ReadLines(Path).First()) : null;
    }
}
