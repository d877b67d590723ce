using System.Diagnostics;
using Architecture.Tests.Source;

namespace Architecture.Tests.Script;

/// <summary>The script <c>test</c> in a folder of its own, before a runner that says what a test wants it to say; it goes with the test.</summary>
internal sealed class TestScript : IDisposable
{
    // Asked to build, it has built. Asked to run, it notes how it was asked, and says what was laid down for the first time or, by a method, for the second.
    private const string Runner = """
        #!/usr/bin/env bash
        [ "$1" = build ] && exit 0
        project=$(basename "$1" .dll)
        shift 4
        printf '%s\n' "$project form=${IPSECDP_LINE_FORM-} vaes=${DOTNET_EnableVAES-} $*" >>"$0.asked"
        said=$0.$project.first
        asked="$*"
        case "$asked" in *'-method '*) said=$0.$project.alone.${asked##*-method } ;; esac
        [ -f "$said" ] || said=$0.good
        cat "$said"
        exit "$(cat "$said.code")"
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ipsecdp-script-");

    public TestScript(params IReadOnlyList<string> projects)
    {
        File.Copy(Path.Combine(Checkout.Root, "test"), Path.Combine(_folder.FullName, "test"));
        foreach (var project in projects)
        {
            File.WriteAllText(Path.Combine(_folder.CreateSubdirectory($"tests/{project}").FullName, $"{project}.csproj"), "");
        }

        Program("dotnet", Runner);
        // Another system than Linux installs and removes nothing.
        Program("uname", "#!/bin/sh\necho elsewhere");
        Says("good", "   X  Total: 3, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0, Time: 0.1s", 0);
    }

    /// <summary>Why it cannot be run here, or null.</summary>
    public static string? Hindrance => OperatingSystem.IsLinux() ? null : "needs bash";

    /// <summary>How the runner was asked, in order.</summary>
    public IReadOnlyList<string> Asked => File.ReadAllLines(Place("dotnet.asked"));

    /// <summary>The file of what passed only alone.</summary>
    public string Unsteady => File.Exists(Place("../artifacts/test/unsteady.log")) ? File.ReadAllText(Place("../artifacts/test/unsteady.log")) : "";

    /// <summary>What the runner of a project says among others, with names of tests that fail.</summary>
    public void First(string project, params IReadOnlyList<string> failures) => Says($"{project}.first", Log(failures.Count + 10, 0, failures), failures.Count == 0 ? 0 : 1);

    /// <summary>What the runner of a project says, word by word.</summary>
    public void FirstSays(string project, string text, int code) => Says($"{project}.first", text, code);

    /// <summary>What the runner of a project says of one method.</summary>
    public void Alone(string project, string method, int total, int skipped, params IReadOnlyList<string> failures) => Says($"{project}.alone.{method}", Log(total, skipped, failures), failures.Count == 0 ? 0 : 1);

    /// <summary>A runner's whole log.</summary>
    public static string Log(int total, int skipped, IReadOnlyList<string> failures) =>
        $"  Starting:    X\n{string.Concat(failures.Select(name => $"    {name} [FAIL]\n      because of {name}\n      Stack Trace:\n        somewhere\n"))}  Finished:    X\n" +
        $"=== TEST EXECUTION SUMMARY ===\n   X  Total: {total}, Errors: 0, Failed: {failures.Count}, Skipped: {skipped}, Not Run: 0, Time: 0.1s\n";

    /// <summary>Runs the script, and gives what it printed to standard output.</summary>
    public (int ExitCode, string Output) Run(params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(_folder.FullName, "test"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{Place("")}:{Environment.GetEnvironmentVariable("PATH")}";
        foreach (var variable in new[] { "IPSECDP_LINE_FORM", "DOTNET_EnableVAES" })
        {
            start.Environment.Remove(variable);
        }

        using var process = Process.Start(start)!;
        var complaint = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        complaint.GetAwaiter().GetResult();
        return (process.ExitCode, output);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string Place(string name) => Path.Combine(_folder.CreateSubdirectory("bin").FullName, name);

    private void Says(string what, string text, int code)
    {
        File.WriteAllText(Place($"dotnet.{what}"), text);
        File.WriteAllText(Place($"dotnet.{what}.code"), $"{code}");
    }

    private void Program(string name, string text)
    {
        File.WriteAllText(Place(name), text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Place(name), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }
}
