using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using IpsecDp.Daemon;
using IpsecDp.Daemon.Capture;
using IpsecDp.Host.Reports;
using IpsecDp.Host.Verbs;

namespace IpsecDp.Host.Lab.Namespaces;

/// <summary>A data plane in a process of its own inside a namespace; it ends when its standard input closes, so that it never outlives the lab.</summary>
internal sealed class PlaneProcess : IDisposable
{
    private const int KeptLines = 20;

    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    // DaemonMessage.ChildInstalled, as operators' automation knows it.
    private static readonly string TunnelMessage = string.Create(CultureInfo.InvariantCulture, $"IDP{(int)DaemonMessage.ChildInstalled:0000}I");

    private readonly LabSite _site;
    private readonly Process _process;
    private readonly Queue<string> _lines = new();
    private readonly ManualResetEventSlim _isReady = new();
    private readonly ManualResetEventSlim _hasTunnel = new();
    private readonly Thread _reader;
    private bool _isDeaf;

    /// <summary>Starts it with a policy file.</summary>
    public PlaneProcess(LabSite site, LabSite peer, string policyFile, LabOptions options)
    {
        _site = site;
        var start = new ProcessStartInfo(Executable)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Arguments(site, peer, policyFile, options).ForEach(start.ArgumentList.Add);
        // A child inherits the namespace of the thread that starts it.
        _process = site.Space.Run(() => Process.Start(start)) ?? throw new LabException($"the data plane of host {site.Name} does not start: {Executable} cannot be run");
        _reader = new Thread(ReadLines) { IsBackground = true, Name = $"{site.Name} log" };
        _reader.Start();
    }

    /// <summary>Its process number.</summary>
    public int Id => _process.Id;

    private static string Executable => Environment.ProcessPath ?? throw new LabException("this program cannot find itself to start the data planes: start it from a file");

    /// <summary>Waits until packets pass; throws <see cref="LabException"/> when it ends before.</summary>
    public void AwaitReady(CancellationToken cancellation) => Await(_isReady, "ready", cancellation);

    /// <summary>Waits until both hosts agreed on keys; throws <see cref="LabException"/> when it ends before.</summary>
    public void AwaitTunnel(CancellationToken cancellation) => Await(_hasTunnel, "agreed with the other on keys", cancellation);

    private void Await(ManualResetEventSlim state, string what, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        while (!state.Wait(TimeSpan.FromMilliseconds(50), cancellation))
        {
            RequireRunning();
            if (Stopwatch.GetElapsedTime(started) > ReadyPatience)
            {
                throw new LabException($"the data plane of host {_site.Name} was not {what} within {ReadyPatience.TotalSeconds:0} s; its last words: {LastWords()}");
            }
        }
    }

    /// <summary>Throws <see cref="LabException"/> when it has ended by itself, or does within <paramref name="patience"/>.</summary>
    public void RequireRunning(TimeSpan patience = default)
    {
        if (_process.WaitForExit(patience))
        {
            _reader.Join();
            throw new LabException($"the data plane of host {_site.Name} ended {How(_process.ExitCode)}, so the run was stopped and all of it taken away; its last words: {LastWords()}");
        }
    }

    /// <summary>Asks for a reading; the answer is to be taken before the next is asked for.</summary>
    public void Ask()
    {
        try
        {
            _process.StandardInput.Write('\n');
        }
        catch (IOException)
        {
            // Told when the answer is wanted, with what is known of its end by then.
            _isDeaf = true;
        }
    }

    /// <summary>What it has done since the reading before; throws <see cref="LabException"/> when it has ended by itself.</summary>
    public PlaneReading Answer()
    {
        if (_isDeaf || _process.StandardOutput.ReadLine() is not { } line)
        {
            RequireRunning(StopPatience);
            throw new LabException($"the data plane of host {_site.Name} tells nothing any more; its last words: {LastWords()}");
        }

        return PlaneReading.TryRead(line, out var reading, out var error)
            ? reading
            : throw new LabException($"a reading of host {_site.Name} cannot be read: {error}");
    }

    /// <summary>Ends it in order and gives its report; throws <see cref="LabException"/> when it gives none.</summary>
    public DaemonReport Stop()
    {
        RequireRunning();
        var document = EndInput();
        if (!_process.WaitForExit(StopPatience))
        {
            throw new LabException($"the data plane of host {_site.Name} did not stop within {StopPatience.TotalSeconds:0} s and was killed; its last words: {LastWords()}");
        }

        _reader.Join();
        if (_process.ExitCode != 0)
        {
            throw new LabException($"the data plane of host {_site.Name} ended {How(_process.ExitCode)}; its last words: {LastWords()}");
        }

        try
        {
            return RunDocument.Read(document.GetAwaiter().GetResult());
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new LabException($"the report of host {_site.Name} cannot be read: {fault.Message}", fault);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            EndInput();
            if (!_process.WaitForExit(StopPatience))
            {
                _process.Kill();
                _process.WaitForExit();
            }
        }

        _reader.Join();
        _process.Dispose();
        _isReady.Dispose();
        _hasTunnel.Dispose();
    }

    private static List<string> Arguments(LabSite site, LabSite peer, string policyFile, LabOptions options)
    {
        List<string> arguments = IsRuntime(Executable) ? [typeof(PlaneProcess).Assembly.Location] : [];
        // The keys are random and used once, so nothing has to be remembered of them.
        arguments.AddRange(["run", "--policy", policyFile, "--state", "none", "--control", "none", "--json", "--until-stdin-closes"]);
        // Both hosts have the same keys; those that are given the lab writes itself.
        AddFile(arguments, "--keys-file", options.UsesIke ? options.KeysFile : null);
        AddFile(arguments, "--ike-keys-file", options.IkeKeysFile);
        arguments.AddRange(["--engines", options.Engines.ToString(CultureInfo.InvariantCulture), "--encap", options.IsInUdp ? "udp" : "esp"]);
        arguments.AddRange(EngineArguments.WordsOf(options.Engine));
        if (options.Capture == CaptureKind.Nfqueue)
        {
            arguments.AddRange(["--capture", "nfqueue"]);
            return arguments;
        }

        arguments.AddRange(["--capture", "tun", "--tun", LabSite.Tun]);
        foreach (var address in site.Applications)
        {
            arguments.AddRange(["--address", $"{address}/{LabSite.WholeLength(address)}"]);
        }

        foreach (var prefix in peer.Reached)
        {
            arguments.AddRange(["--route", prefix]);
        }

        return arguments;
    }

    private static void AddFile(List<string> arguments, string option, string? file)
    {
        if (file is not null)
        {
            arguments.AddRange([option, file]);
        }
    }

    // What it prints last is read meanwhile, as a full pipe would keep it from ending.
    private Task<string> EndInput()
    {
        _process.StandardInput.Close();
        return _process.StandardOutput.ReadToEndAsync();
    }

    private static bool IsRuntime(string executable) => Path.GetFileNameWithoutExtension(executable) == "dotnet";

    // A shell's way to tell a signal from a code, which .NET follows.
    private static string How(int exitCode) =>
        exitCode > 128 ? string.Create(CultureInfo.InvariantCulture, $"by signal {exitCode - 128}") : string.Create(CultureInfo.InvariantCulture, $"with code {exitCode}");

    private void ReadLines()
    {
        while (_process.StandardError.ReadLine() is { } line)
        {
            if (line == "ready")
            {
                _isReady.Set();
            }
            else if (line.StartsWith(TunnelMessage, StringComparison.Ordinal))
            {
                _hasTunnel.Set();
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
    }

    private string LastWords()
    {
        lock (_lines)
        {
            return _lines.Count == 0 ? "none" : _lines.Last();
        }
    }
}
