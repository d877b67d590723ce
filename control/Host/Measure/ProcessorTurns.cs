using System.Globalization;

namespace IpsecDp.Host.Measure;

/// <summary>What the threads of lines and engines had of the processors, so that what others took from them is told from what they took from each other. Any other thread is one of the others, the process's own too: what the line did not have it did not have.</summary>
internal sealed class ProcessorTurns
{
    private const string Tasks = "/proc/self/task";
    private const double NanosecondsPerSecond = 1e9;

    // proc(5), schedstat: nanoseconds on a processor, nanoseconds runnable without one, and how often it had one.
    private const int RanField = 0;
    private const int WaitedField = 1;

    private const string AllowedWord = "Cpus_allowed_list:";

    // As threads of the measured planes, engines and handed-back deliveries are named; the system keeps fifteen octets of a name.
    private static readonly string[] Line = ["measured out ", "measured in ", "engine-", "deliver"];

    private readonly Dictionary<string, ThreadTurns> _threads;

    internal ProcessorTurns(Dictionary<string, ThreadTurns> threads) => _threads = threads;

    /// <summary>The turns now; null where the system does not say.</summary>
    public static ProcessorTurns? Read()
    {
        if (!OperatingSystem.IsLinux() || !Directory.Exists(Tasks))
        {
            return null;
        }

        var threads = new Dictionary<string, ThreadTurns>();
        foreach (var task in Directory.EnumerateDirectories(Tasks))
        {
            if (TurnsOf(task) is { } turns)
            {
                threads.Add(task, turns);
            }
        }

        return threads.Count == 0 ? null : new ProcessorTurns(threads);
    }

    /// <summary>Seconds that others had a processor of the line while its threads wanted it, since an earlier reading, of the processor that lost most.</summary>
    public double TakenSince(ProcessorTurns earlier)
    {
        // A thread that may run anywhere need not wait for its kin: it is alone with what it waits for.
        var since = _threads.Select(thread => (Turns: Since(thread.Value, earlier._threads.GetValueOrDefault(thread.Key)), Place: thread.Value.IsBound ? thread.Value.Processors : thread.Key));
        return since.GroupBy(static thread => thread.Place, static thread => thread.Turns).Max(static kin => TakenFrom([.. kin]));
    }

    /// <summary>The turns of a thread by the contents of its <c>schedstat</c> and <c>status</c>; null if they have none.</summary>
    internal static ThreadTurns? Parse(string schedstat, string status)
    {
        var fields = schedstat.Split(' ', StringSplitOptions.TrimEntries);
        var at = status.IndexOf(AllowedWord, StringComparison.Ordinal);
        return fields.Length > WaitedField && at >= 0 && SecondsOf(fields[RanField]) is { } ran && SecondsOf(fields[WaitedField]) is { } waited
            ? new ThreadTurns(status[(at + AllowedWord.Length)..].Split('\n')[0].Trim(), ran, waited)
            : null;
    }

    // What a thread waited longer than its kin ran. Exact for one that always wants its processor, as a general thread that looks for
    // packets does; a kin that ran while this one slept makes it less, and the waits of the others are asked as well.
    private static double TakenFrom(IReadOnlyList<ThreadTurns> kin)
    {
        var ran = kin.Sum(static thread => thread.Ran);
        return Math.Max(0, kin.Max(thread => thread.Waited - (ran - thread.Ran)));
    }

    private static ThreadTurns Since(ThreadTurns later, ThreadTurns earlier) => later with { Ran = later.Ran - earlier.Ran, Waited = later.Waited - earlier.Waited };

    private static double? SecondsOf(string field) => long.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out var nanoseconds) ? nanoseconds / NanosecondsPerSecond : null;

    // Null for a thread of another kind, and for one that ended since the folder was listed.
    private static ThreadTurns? TurnsOf(string task)
    {
        try
        {
            var name = File.ReadAllText(Path.Combine(task, "comm"));
            return Line.Any(line => name.StartsWith(line, StringComparison.Ordinal))
                ? Parse(File.ReadAllText(Path.Combine(task, "schedstat")), File.ReadAllText(Path.Combine(task, "status")))
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
