using System.Diagnostics;
using System.Text.Json;

namespace EndToEnd.Tests.Lab;

/// <summary>The program as a user starts it: its own process, its streams, its exit code.</summary>
internal sealed record ProgramRun(int ExitCode, string Output, string Errors)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>The program that runs in place of the one built with these tests, as the Windows build under Wine; null for that one.</summary>
    public static string? Other { get; } = Environment.GetEnvironmentVariable("IPSECDP_PROGRAM") is { Length: > 0 } path ? path : null;

    /// <summary>Standard output as the one JSON document it must be.</summary>
    public JsonElement Document => JsonDocument.Parse(Output).RootElement;

    /// <summary>Runs the program to its end.</summary>
    public static ProgramRun Of(params string[] arguments)
    {
        using var process = Start(arguments);
        return WaitFor(process);
    }

    /// <summary>Starts the program.</summary>
    public static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Other ?? Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in Other is null ? [Path.Combine(AppContext.BaseDirectory, "ipsecdp.dll"), .. arguments] : arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start) ?? throw new InvalidOperationException("the program did not start");
    }

    /// <summary>Waits for its end and collects what it printed.</summary>
    public static ProgramRun WaitFor(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"the program did not end: {errors.Result}");
        }

        return new ProgramRun(process.ExitCode, output.Result, errors.Result);
    }
}
