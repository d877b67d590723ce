using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace EndToEnd.Tests.Namespaces;

/// <summary>The product as an operator starts it: a process of its own with what it printed.</summary>
internal sealed class HostProgram : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly Task<string> _output;

    private HostProgram(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
            {
                _errors.AppendLine(line.Data);
            }
        };
        process.BeginErrorReadLine();
    }

    /// <summary>Why namespaces cannot be made here, or null.</summary>
    public static string? Hindrance => IpsecDp.TestKit.Namespaces.NetworkNamespaces.Hindrance;

    /// <summary>Its number.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>What it printed to standard error so far.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    /// <summary>Starts it in the calling thread's network namespace.</summary>
    public static HostProgram Start(params IReadOnlyList<string> arguments) => StartAs("dotnet", [Program, .. arguments, .. Stateless(arguments)]);

    /// <summary>Starts it without any privilege.</summary>
    public static HostProgram StartUnprivileged(params IReadOnlyList<string> arguments) =>
        StartAs("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all", "dotnet", Program, .. arguments]);

    /// <summary>Runs it to its end.</summary>
    public static (int ExitCode, string Output, string Errors) Run(params IReadOnlyList<string> arguments)
    {
        using var program = Start(arguments);
        return program.Finish();
    }

    /// <summary>Waits for its end.</summary>
    public (int ExitCode, string Output, string Errors) Finish()
    {
        Assert.True(_process.WaitForExit(Patience), $"the program did not end; it said: {Errors}");
        _process.WaitForExit();
        return (_process.ExitCode, _output.GetAwaiter().GetResult(), Errors);
    }

    /// <summary>Sends a signal as kill(1) does.</summary>
    public void Signal(string name) => Kill(Id, name);

    /// <summary>Sends a signal to a process.</summary>
    public static void Kill(int process, string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "ipsecdp.dll");

    // What a test does not ask to be remembered leaves nothing on the machine.
    private static string[] Stateless(IReadOnlyList<string> arguments) => arguments is ["run", ..]
        ? [.. arguments.Contains("--state") ? [] : new[] { "--state", "none" }, .. arguments.Contains("--control") ? [] : new[] { "--control", "none" }]
        : [];

    // Who runs the tests in the background may have them ignore SIGINT, and what they start would inherit that.
    private static HostProgram StartAs(string command, IReadOnlyList<string> arguments) =>
        new(Process.Start(new ProcessStartInfo("env", ["--default-signal=INT", command, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException($"{command} does not start"));
}
