using System.Globalization;
using IpsecDp.Adapters.Linux;

namespace EndToEnd.Tests.Namespaces;

/// <summary>What a lab in namespaces leaves on the machine while it runs, and must not leave when it has ended.</summary>
internal static class LabTraces
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Waits for something to become so.</summary>
    public static void Await(Func<bool> condition, string what) => Assert.True(SpinWait.SpinUntil(condition, Patience), $"waited in vain until {what}");

    /// <summary>The namespaces of a lab.</summary>
    public static IReadOnlyList<string> NamespacesOf(int lab) => [.. NamedNetworkNamespace.Names.Where(name => name.StartsWith(PrefixOf(lab), StringComparison.Ordinal))];

    /// <summary>The folders of a lab.</summary>
    public static IReadOnlyList<string> FoldersOf(int lab) => Directory.GetDirectories(Path.GetTempPath(), $"{PrefixOf(lab)}*");

    /// <summary>The data plane processes of a lab, in the order of its hosts.</summary>
    public static IReadOnlyList<int> PlanesOf(int lab) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var process) ? process : 0)
            .Where(process => process > 0)
            .Select(process => (Process: process, Command: CommandOf(process)))
            .Where(entry => entry.Command.Contains(PrefixOf(lab), StringComparison.Ordinal) && entry.Command.Contains("--until-stdin-closes", StringComparison.Ordinal))
            .OrderBy(entry => entry.Command, StringComparer.Ordinal)
            .Select(entry => entry.Process),
    ];

    /// <summary>Requires that nothing of a lab is left.</summary>
    public static void RequireNone(int lab)
    {
        Await(() => PlanesOf(lab).Count == 0, "its data planes had ended");
        Assert.Empty(NamespacesOf(lab));
        Assert.Empty(FoldersOf(lab));
    }

    /// <summary>Waits until packets of a lab that captures into <paramref name="file"/> pass.</summary>
    public static void AwaitTraffic(HostProgram lab, string file) =>
        Await(() => lab.HasEnded || (File.Exists(file) && new FileInfo(file).Length > 0), $"packets passed; the lab said: {lab.Errors}");

    private static string PrefixOf(int lab) => string.Create(CultureInfo.InvariantCulture, $"ipseclab-{lab}-");

    private static string CommandOf(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline");
        }
        catch (Exception ended) when (ended is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }
}
