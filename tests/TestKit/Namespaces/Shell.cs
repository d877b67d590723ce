using System.Diagnostics;

namespace IpsecDp.TestKit.Namespaces;

/// <summary>Commands a test runs to their end.</summary>
public static class Shell
{
    /// <summary>Gives what the command printed; throws with its complaint when it fails.</summary>
    public static string Run(string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{command} does not start");
        var complaint = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{command} {string.Join(' ', arguments)} ended with {process.ExitCode}: {complaint.GetAwaiter().GetResult().Trim()} {output.Trim()}");
        }

        return output;
    }
}
