using System.Globalization;

namespace IpsecDp.Throughput.Clock;

/// <summary>The processor's time-stamp counter as a unit: it ticks at one rate whatever the core's clock does, so a time converts exactly.</summary>
internal static class TimeStampCounter
{
    private const string ProcessorFile = "/proc/cpuinfo";

    /// <summary>Ticks a nanosecond; null where the system does not say.</summary>
    public static double? TicksPerNanosecond { get; } = File.Exists(ProcessorFile) ? Parse(File.ReadLines(ProcessorFile)) : null;

    /// <summary>The rate from the lines of /proc/cpuinfo: Linux on x86 sets bogomips to twice the counter's MHz.</summary>
    internal static double? Parse(IEnumerable<string> lines)
    {
        var line = lines.FirstOrDefault(line => line.StartsWith("bogomips", StringComparison.Ordinal));
        return double.TryParse(line?.Split(':')[^1], CultureInfo.InvariantCulture, out var bogomips) ? bogomips / 2000 : null;
    }

    /// <summary>The processor's name; empty where the system does not say.</summary>
    public static string ProcessorName { get; } = File.Exists(ProcessorFile)
        ? File.ReadLines(ProcessorFile).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[^1].Trim() ?? ""
        : "";
}
