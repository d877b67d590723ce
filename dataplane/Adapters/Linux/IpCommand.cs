using System.ComponentModel;
using System.Diagnostics;

namespace IpsecDp.Adapters.Linux;

/// <summary>Runs <c>ip</c> of iproute2 for what is done once at start and stop; a failure is an <see cref="AdapterException"/>.</summary>
public static class IpCommand
{
    /// <summary>Runs <c>ip</c> to its end in the calling thread's network namespace and gives what it printed; throws with what it complained about.</summary>
    public static string Run(params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("ip", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start) ?? throw new AdapterException("ip does not start: install iproute2.");
            var complaint = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0
                ? output
                : throw new AdapterException($"\"ip {string.Join(' ', arguments)}\" was refused: {complaint.GetAwaiter().GetResult().Trim().ReplaceLineEndings("; ")}");
        }
        catch (Win32Exception missing)
        {
            throw new AdapterException("the ip command is missing: install iproute2.", missing);
        }
    }
}
