using System.Globalization;

namespace IpsecDp.Engines.Accounting;

/// <summary>What makes a measured span doubtful: time the hypervisor took (all CPUs, null where unknown), involuntary context switches of the process (null where unknown), collections by generation.</summary>
public readonly record struct Disturbance(double? StealSeconds, long? InvoluntarySwitches, int Gen0Collections, int Gen1Collections, int Gen2Collections)
{
    /// <summary>The share of the machine's time above which a result is marked.</summary>
    public const double MostSteal = 0.02;

    // proc_stat(5): in units of USER_HZ, which is 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    // proc_stat(5): "cpu" user nice system idle iowait irq softirq steal.
    private const int StealField = 8;

    /// <summary>The processors' mean frequency at the later reading, in MHz; null where the system does not say.</summary>
    public double? Megahertz { get; init; }

    /// <summary>Processors of the machine.</summary>
    public int Processors { get; init; }

    /// <summary>The counts since the machine, respectively the process, started.</summary>
    public static Disturbance Read() =>
        new(ReadSteal(), ResourceUsage.InvoluntarySwitches(), GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2))
        {
            Megahertz = ReadMegahertz(),
            Processors = Environment.ProcessorCount,
        };

    /// <summary>The counts of the span between two readings.</summary>
    public static Disturbance operator -(Disturbance later, Disturbance earlier) => Subtract(later, earlier);

    /// <summary>The counts of the span between two readings.</summary>
    public static Disturbance Subtract(Disturbance later, Disturbance earlier) => later with
    {
        StealSeconds = later.StealSeconds - earlier.StealSeconds,
        InvoluntarySwitches = later.InvoluntarySwitches - earlier.InvoluntarySwitches,
        Gen0Collections = later.Gen0Collections - earlier.Gen0Collections,
        Gen1Collections = later.Gen1Collections - earlier.Gen1Collections,
        Gen2Collections = later.Gen2Collections - earlier.Gen2Collections,
    };

    /// <summary>The share of the machine's time over the span that the hypervisor took; null where unknown.</summary>
    public double? StealShare(TimeSpan wall) =>
        StealSeconds / (wall.TotalSeconds * Math.Max(1, Processors)) is { } share && double.IsFinite(share) ? share : null;

    /// <summary>Whether a result of the span is to be marked, because the hypervisor took more than <see cref="MostSteal"/>.</summary>
    public bool IsStolen(TimeSpan wall) => StealShare(wall) > MostSteal;

    /// <summary>Steal seconds of the first line of <c>/proc/stat</c>; null if it has none.</summary>
    internal static double? ParseSteal(string line)
    {
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > StealField && fields[0] == "cpu" && long.TryParse(fields[StealField], CultureInfo.InvariantCulture, out var ticks)
            ? ticks / TicksPerSecond
            : null;
    }

    /// <summary>The mean of the lines <c>cpu MHz</c> of <c>/proc/cpuinfo</c>; null if it has none.</summary>
    internal static double? ParseMegahertz(IEnumerable<string> lines)
    {
        double[] found = [.. lines
            .Where(line => line.StartsWith("cpu MHz", StringComparison.Ordinal))
            .Select(line => double.TryParse(line.AsSpan(line.IndexOf(':') + 1), CultureInfo.InvariantCulture, out var megahertz) ? megahertz : 0)
            .Where(megahertz => megahertz > 0)];
        return found.Length == 0 ? null : found.Average();
    }

    private static double? ReadSteal()
    {
        const string Path = "/proc/stat";
        return OperatingSystem.IsLinux() && File.Exists(Path) ? ParseSteal(File.ReadLines(Path).First()) : null;
    }

    private static double? ReadMegahertz()
    {
        const string Path = "/proc/cpuinfo";
        return OperatingSystem.IsLinux() && File.Exists(Path) ? ParseMegahertz(File.ReadLines(Path)) : null;
    }
}
