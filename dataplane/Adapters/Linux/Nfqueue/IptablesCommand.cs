using System.ComponentModel;
using System.Diagnostics;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>Runs iptables-save(8) and iptables-restore(8) in the calling thread's network namespace; a failure is an <see cref="AdapterException"/>.</summary>
internal static class IptablesCommand
{
    // Another program may hold the lock of the older iptables for a moment.
    private const string LockPatience = "5";

    /// <summary>What is installed.</summary>
    public static SavedRules Save(IpVersion version) => new(Run(Name(version, "save"), []));

    /// <summary>Carries out transactions, one for each table, beside the rules of others.</summary>
    public static void Restore(IpVersion version, string input) => Run(Name(version, "restore"), ["--noflush", "--wait", LockPatience], input);

    /// <summary>Whether its rules are those of nf_tables, whose changes the kernel numbers; the older iptables has a kind of its own.</summary>
    public static bool IsNfTables(IpVersion version) => Run(Name(version, "restore"), ["--version"]).Contains("nf_tables", StringComparison.Ordinal);

    private static string Name(IpVersion version, string verb) => version == IpVersion.V4 ? $"iptables-{verb}" : $"ip6tables-{verb}";

    private static string Run(string command, IReadOnlyList<string> arguments, string? input = null)
    {
        var start = new ProcessStartInfo(command, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start) ?? throw new AdapterException($"{command} does not start: install iptables.");
            var complaint = process.StandardError.ReadToEndAsync();
            if (input is not null)
            {
                process.StandardInput.Write(input);
            }

            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : throw new AdapterException(Explain(command, complaint.GetAwaiter().GetResult(), input));
        }
        catch (Win32Exception missing)
        {
            throw new AdapterException($"{command} is missing: install iptables.", missing);
        }
        catch (IOException broken)
        {
            throw new AdapterException($"{command} ended before it had read its rules.", broken);
        }
    }

    private static string Explain(string command, string complaint, string? input)
    {
        const string Line = "line: ";
        var said = complaint.Trim().ReplaceLineEndings("; ");
        var at = complaint.IndexOf(Line, StringComparison.Ordinal);
        var lines = input?.Split('\n') ?? [];
        var isTold = at >= 0 && int.TryParse(complaint.AsSpan(at + Line.Length).Trim().ToString().Split(' ', '\n')[0], out var number) && number <= lines.Length && number > 0;
        var rule = isTold ? $" at \"{lines[int.Parse(complaint.AsSpan(at + Line.Length).Trim().ToString().Split(' ', '\n')[0], System.Globalization.CultureInfo.InvariantCulture) - 1]}\"" : "";
        return $"{command} refused the rules{rule} ({said}): run as root, with a kernel that has the NFQUEUE and CT targets and the mark, comment, iprange, length and u32 matches.";
    }
}
