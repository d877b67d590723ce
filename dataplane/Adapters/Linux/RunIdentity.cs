using System.Globalization;

namespace IpsecDp.Adapters.Linux;

/// <summary>Names for what one run of a program makes, namespaces and folders, that say what process it belongs to, so that what a killed run left can be told from what a living one uses.</summary>
public sealed class RunIdentity
{
    private readonly string _prefix;

    /// <summary>Names that begin with a word without hyphens.</summary>
    public RunIdentity(string word)
    {
        _prefix = word + "-";
        Own = NameFor(Environment.ProcessId, StartOf(Environment.ProcessId));
    }

    /// <summary>This process's: its number, and its start so that a process with the same number later is another one.</summary>
    public string Own { get; }

    /// <summary>Where a run keeps its files.</summary>
    public static string FolderOf(string run) => Path.Combine(Path.GetTempPath(), run);

    /// <summary>When a process started, in clock ticks since boot, or a word where there is none.</summary>
    public static string StartOf(int process)
    {
        // proc_pid_stat(5), field 22; the name in field 2 may hold blanks and ends with the last parenthesis.
        const int FieldsBehindName = 19;
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[FieldsBehindName];
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "gone";
        }
    }

    /// <summary>The name of a run by a process that started at a time.</summary>
    public string NameFor(int process, string start) => string.Create(CultureInfo.InvariantCulture, $"{_prefix}{process}-{start}");

    /// <summary>Whether a name is of a run whose process is gone.</summary>
    public bool IsLeftover(string name)
    {
        var parts = name.Split('-');
        return name.StartsWith(_prefix, StringComparison.Ordinal)
            && parts.Length >= 3
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var process)
            && StartOf(process) != parts[2];
    }

    /// <summary>Removes what dead runs left, namespaces with all that is in them, and folders as <paramref name="erase"/> does it; gives what it removed.</summary>
    public IReadOnlyList<string> RemoveLeftovers(Action<string> erase)
    {
        var removed = new List<string>();
        foreach (var name in NamedNetworkNamespace.Names.Where(IsLeftover))
        {
            NamedNetworkNamespace.Of(name).Remove();
            removed.Add(name);
        }

        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), $"{_prefix}*").Where(path => IsLeftover(Path.GetFileName(path))))
        {
            erase(folder);
            removed.Add(folder);
        }

        return removed;
    }
}
