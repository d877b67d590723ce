using System.Globalization;

namespace IpsecDp.Host.Measure;

/// <summary>How long threads of this process could run and had no processor. Switches do not tell: a thread that yields to nobody is not disturbed, and one that is away once for long is.</summary>
internal static class ProcessorWaits
{
    // proc(5): time on the processor, time runnable without one, both in nanoseconds, and how often it had one.
    private const int WaitField = 1;
    private const double NanosecondsPerSecond = 1e9;

    // The system keeps fifteen octets of a name.
    private static readonly string[] Line = ["measured ", "engine-"];

    /// <summary>Seconds that all threads of lines and engines waited since they were started; null where the system does not say.</summary>
    public static double? Seconds()
    {
        const string Tasks = "/proc/self/task";
        return OperatingSystem.IsLinux() && Directory.Exists(Tasks) ? Sum(Directory.EnumerateDirectories(Tasks)) : null;
    }

    /// <summary>The second field of a <c>schedstat</c>; null if it has none.</summary>
    internal static double? Parse(string text)
    {
        var fields = text.Split(' ', StringSplitOptions.TrimEntries);
        return fields.Length > WaitField && long.TryParse(fields[WaitField], NumberStyles.None, CultureInfo.InvariantCulture, out var waited) ? waited / NanosecondsPerSecond : null;
    }

    private static double? Sum(IEnumerable<string> tasks)
    {
        double? sum = null;
        foreach (var task in tasks)
        {
            if (WaitOf(task) is { } waited)
            {
                sum = (sum ?? 0) + waited;
            }
        }

        return sum;
    }

    // Null for a thread of another kind, and for one that ended since the folder was listed.
    private static double? WaitOf(string task)
    {
        try
        {
            var name = File.ReadAllText(Path.Combine(task, "comm"));
            return Line.Any(line => name.StartsWith(line, StringComparison.Ordinal)) ? Parse(File.ReadAllText(Path.Combine(task, "schedstat"))) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
