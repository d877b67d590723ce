using System.ComponentModel;
using System.Diagnostics;
using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.Interop;

/// <summary>Wireshark's dissector given the keys of an SA.</summary>
internal static class Tshark
{
    private static readonly Lazy<bool> IsThere = new(CanRun);

    /// <summary>A sentence for <c>Assert.Skip</c> where it is missing, else null.</summary>
    public static string? Hindrance => IsThere.Value ? null : "needs tshark";

    /// <summary>One row a packet of the capture: the last occurrence of each field, which is the innermost one.</summary>
    public static IReadOnlyList<string[]> Read(string capture, string association, params IEnumerable<string> fields)
    {
        string[] arguments =
        [
            "-n", "-r", capture,
            "-o", "esp.enable_encryption_decode:TRUE",
            "-o", "esp.enable_authentication_check:TRUE",
            "-o", $"uat:esp_sa:{association}",
            "-T", "fields", "-E", "occurrence=l",
            .. fields.SelectMany(field => new[] { "-e", field }),
        ];
        var lines = Shell.Run("tshark", arguments).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(line => line.Split('\t'))];
    }

    private static bool CanRun()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("tshark", "--version") { RedirectStandardOutput = true, RedirectStandardError = true });
            if (process is null)
            {
                return false;
            }

            var complaint = process.StandardError.ReadToEndAsync();
            process.StandardOutput.ReadToEnd();
            complaint.Wait();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            // No program of that name.
            return false;
        }
    }
}
