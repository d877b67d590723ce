using System.Diagnostics;
using IpsecDp.Adapters.Linux;
using IpsecDp.Peers.Bed;
using IpsecDp.Peers.Contenders;

namespace Peers.Tests;

/// <summary>The program itself, run as one.</summary>
internal sealed class PeersProgram : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly List<string> _lines = [];

    /// <summary>Starts it.</summary>
    public PeersProgram(params IEnumerable<string> arguments)
    {
        // Who runs the tests in the background may have them ignore SIGINT, and what they start would inherit that.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", .. Runtime.OwnCommand, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        _process = Process.Start(start) ?? throw new InvalidOperationException("the program does not start");
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_lines)
            {
                _lines.Add(line.Data ?? string.Empty);
            }
        };
        _process.BeginErrorReadLine();
        _output = _process.StandardOutput.ReadToEndAsync();
        Run = BedIdentity.Names.NameFor(_process.Id, RunIdentity.StartOf(_process.Id));
    }

    /// <summary>The name of its run.</summary>
    public string Run { get; }

    /// <summary>What it said on standard error.</summary>
    public string Errors
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>Namespaces and folders of a run that are there.</summary>
    public static IEnumerable<string> TracesOf(string run) =>
        NamedNetworkNamespace.Names.Concat(Directory.EnumerateDirectories(Path.GetTempPath()).Select(folder => Path.GetFileName(folder))).Where(name => name.StartsWith(run, StringComparison.Ordinal));

    /// <summary>The numbers of its process and all below.</summary>
    public IReadOnlyList<int> Processes() => ProcessTree.Below(_process.Id);

    /// <summary>Waits until it has said something.</summary>
    public void Await(string words) => Assert.True(SpinWait.SpinUntil(() => Errors.Contains(words, StringComparison.Ordinal), Patience), $"it did not say \"{words}\" but: {Errors}");

    /// <summary>Sends it a signal.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Waits for its end.</summary>
    public (int Code, string Output) Finish()
    {
        Assert.True(_process.WaitForExit(Patience), $"it does not end; {Errors}");
        _process.WaitForExit();
        return (_process.ExitCode, _output.GetAwaiter().GetResult());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
