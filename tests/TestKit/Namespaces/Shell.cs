using System.Diagnostics;

namespace IpsecDp.TestKit.Namespaces;

/// <summary>Commands a test runs to their end.</summary>
public static class Shell
{
    // Longer than any command waits by itself; a run must not hang for one that never ends.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    /// <summary>Gives what the command printed; throws with its complaint when it fails.</summary>
    public static string Run(string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{command} does not start");
        var (reading, complaint) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"{command} {string.Join(' ', arguments)} did not end");
        }

        var output = reading.GetAwaiter().GetResult();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{command} {string.Join(' ', arguments)} ended with {process.ExitCode}: {complaint.GetAwaiter().GetResult().Trim()} {output.Trim()}");
        }

        return output;
    }
}
