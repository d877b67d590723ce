using System.ComponentModel;
using System.Diagnostics;

namespace EndToEnd.Tests.Measure;

/// <summary>Chromium without a window: the document as it stands after loading, and what its console said.</summary>
internal static class Browser
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly Lazy<bool> IsThere = new(CanRun);

    /// <summary>A sentence for <c>Assert.Skip</c> where it is missing, else null.</summary>
    public static string? Hindrance => IsThere.Value ? null : "needs chromium";

    /// <summary>Loads a file with a profile of its own, which goes away with the call.</summary>
    public static (string Document, string[] Console) Load(string file)
    {
        var profile = Directory.CreateTempSubdirectory("ipsecdp-browser-");
        try
        {
            // A sandbox is refused to root, and a page without script needs none.
            var (output, errors) = Run(
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-extensions",
                "--enable-logging=stderr", $"--user-data-dir={profile.FullName}", "--dump-dom", new Uri(file).AbsoluteUri);
            return (output, [.. errors.Split('\n').Where(line => line.Contains("CONSOLE", StringComparison.Ordinal))]);
        }
        finally
        {
            Discard(profile);
        }
    }

    private static (string Output, string Errors) Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("chromium", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException("chromium did not start");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"chromium did not end: {errors.Result}");
        }

        return (output.Result, errors.Result);
    }

    private static bool CanRun()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("chromium", "--version") { RedirectStandardOutput = true, RedirectStandardError = true });
            process?.WaitForExit();
            return process?.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    // A helper process of the browser may still write for a moment; what stays behind lies in the folder of temporary files.
    private static bool Discard(DirectoryInfo profile)
    {
        try
        {
            profile.Delete(recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
