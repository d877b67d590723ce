using System.ComponentModel;
using System.Diagnostics;

namespace IpsecDp.TestKit.Interop;

/// <summary>The Python interpreter that has scapy's IPsec layer.</summary>
public static class ScapyPython
{
    // A version manager's python3 may come first on the path and lack the system's packages.
    private static readonly string[] Candidates = ["python3", "/usr/bin/python3"];

    private static readonly Lazy<string?> Found = new(() => Candidates.FirstOrDefault(HasScapy));

    /// <summary>Its name or path, or null where there is none.</summary>
    public static string? Interpreter => Found.Value;

    /// <summary>A sentence for <c>Assert.Skip</c> where there is none, else null.</summary>
    public static string? Hindrance => Interpreter is null ? "needs Python with scapy and cryptography (Debian's python3-scapy)" : null;

    private static bool HasScapy(string interpreter)
    {
        var start = new ProcessStartInfo(interpreter, ["-c", "import cryptography, scapy.layers.ipsec"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start);
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
