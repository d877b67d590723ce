using System.Diagnostics;
using IpsecDp.Adapters.Linux;

namespace IpsecDp.Peers.Bed;

/// <summary>A program in a namespace that ends when this process does, however it does: a shell beside it waits for the pipe from here to close.</summary>
internal sealed class HeldProcess : IDisposable
{
    // Ctrl-C reaches the whole group of a terminal; only who set things up may take them down, in order.
    private const string Holder = """
        trap '' INT HUP
        exec 3<&0
        "$@" </dev/null 3<&- &
        program=$!
        { read -r _ <&3; kill -TERM $program; } 2>/dev/null &
        reader=$!
        wait $program
        code=$?
        kill -KILL $reader 2>/dev/null
        exit $code
        """;

    private const int KeptLines = 12;

    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly Process _process;
    private readonly string _title;
    private readonly Queue<string> _lines = new();

    /// <summary>Starts it.</summary>
    public HeldProcess(NamedNetworkNamespace space, string title, IReadOnlyDictionary<string, string> environment, params IEnumerable<string> command)
    {
        _title = title;
        var start = new ProcessStartInfo("/bin/sh", ["-c", Holder, "sh", .. command]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        // A child inherits the namespace of the thread that starts it.
        _process = space.Run(() => Process.Start(start)) ?? throw new PeersException($"{title} does not start");
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The numbers of its processes.</summary>
    public IReadOnlyList<int> Processes => ProcessTree.Below(_process.Id);

    /// <summary>Waits until it has printed a line that begins so; throws <see cref="PeersException"/> when it ends before, or takes longer than <paramref name="patience"/>.</summary>
    public void AwaitLine(string beginning, TimeSpan patience, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        while (!HasSaid(beginning))
        {
            cancellation.ThrowIfCancellationRequested();
            RequireRunning(Look);
            if (Stopwatch.GetElapsedTime(started) > patience)
            {
                throw new PeersException($"{_title} did not say \"{beginning}\" within {patience.TotalSeconds:0} s; its last words: {LastWords()}");
            }
        }
    }

    /// <summary>Throws <see cref="PeersException"/> when it has ended, or does within <paramref name="patience"/>.</summary>
    public void RequireRunning(TimeSpan patience = default)
    {
        if (_process.WaitForExit(patience))
        {
            _process.WaitForExit();
            throw new PeersException($"{_title} ended with code {_process.ExitCode}; its last words: {LastWords()}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            if (!_process.WaitForExit(StopPatience))
            {
                _process.Kill(entireProcessTree: true);
                _process.WaitForExit();
            }
        }

        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        lock (_lines)
        {
            _lines.Enqueue(line);
            if (_lines.Count > KeptLines)
            {
                _lines.Dequeue();
            }
        }
    }

    private bool HasSaid(string beginning)
    {
        lock (_lines)
        {
            return _lines.Any(line => line.StartsWith(beginning, StringComparison.Ordinal));
        }
    }

    private string LastWords()
    {
        lock (_lines)
        {
            return _lines.Count == 0 ? "none" : string.Join("; ", _lines.TakeLast(3));
        }
    }
}
