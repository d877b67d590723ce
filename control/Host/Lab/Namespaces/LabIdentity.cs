using System.Globalization;
using IpsecDp.Adapters.Linux;

namespace IpsecDp.Host.Lab.Namespaces;

/// <summary>The name of one lab run, which says what process it belongs to, so that what a killed lab left can be told from what a living one uses.</summary>
internal static class LabIdentity
{
    private const string Prefix = "ipseclab-";

    /// <summary>This process's: its number, and its start so that a process with the same number later is another one.</summary>
    public static string Own { get; } = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{StartOf(Environment.ProcessId)}");

    /// <summary>Where a run keeps its secrets.</summary>
    public static string FolderOf(string run) => Path.Combine(Path.GetTempPath(), run);

    /// <summary>Removes what dead runs left: namespaces with all that is in them, and folders with keys; gives what it removed.</summary>
    public static IReadOnlyList<string> RemoveLeftovers()
    {
        var removed = new List<string>();
        foreach (var name in NamedNetworkNamespace.Names.Where(IsLeftover))
        {
            NamedNetworkNamespace.Of(name).Remove();
            removed.Add(name);
        }

        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), $"{Prefix}*").Where(path => IsLeftover(Path.GetFileName(path))))
        {
            SecretFolder.Erase(folder);
            removed.Add(folder);
        }

        return removed;
    }

    private static bool IsLeftover(string name)
    {
        var parts = name.Split('-');
        return name.StartsWith(Prefix, StringComparison.Ordinal)
            && parts.Length >= 3
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var process)
            && StartOf(process) != parts[2];
    }

    // proc_pid_stat(5), field 22: start in clock ticks; the name in field 2 may hold blanks and ends with the last parenthesis.
    private static string StartOf(int process)
    {
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
}
