using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Windows;

namespace IpsecDp.Daemon.Guard;

/// <summary>The guard as the daemon sees it: a process of its own that outlives this one, watched and started again when it ends, and ended only in order.</summary>
public sealed class GuardProcess : IDivertGuard, IDisposable
{
    private const int MostStarts = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly GuardCommand _command;
    private readonly Action<string> _tell;
    private readonly GuardRecord _record;
    private readonly FileStream _lock;
    private readonly Lock _changing = new();
    private Process? _process;
    private IReadOnlyList<string> _filters = [];
    private bool _isEnding;

    private GuardProcess(GuardCommand command, string folder, Action<string> tell, FileStream held) =>
        (_command, _tell, _record, _lock) = (command, tell, new GuardRecord(folder), held);

    /// <summary>Where the guard is written down unless told otherwise: beside the program, where only administrators write.</summary>
    public static string DefaultFolder => AppContext.BaseDirectory;

    /// <summary>The guard's process number; 0 before the first filters.</summary>
    public int Id
    {
        get
        {
            lock (_changing)
            {
                return _isEnding ? 0 : _process?.Id ?? 0;
            }
        }
    }

    /// <summary>Makes sure that no other daemon guards here; throws <see cref="DaemonException"/> where one does.</summary>
    /// <param name="command">How the guard is started.</param>
    /// <param name="folder">Where it is written down; only administrators may be able to write there.</param>
    /// <param name="tell">Takes sentences for the log.</param>
    public static GuardProcess Create(GuardCommand command, string folder, Action<string> tell)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(tell);
        try
        {
            return new GuardProcess(command, folder, tell, Lock(folder));
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            throw new DaemonException($"another ipsecdp captures on this host, or {folder} cannot be written ({refusal.Message}): stop it, or start as administrator", refusal);
        }
    }

    /// <summary>Ends a guard that a daemon left behind when it crashed, so that traffic flows unprotected again; false where there is none. Throws <see cref="DaemonException"/> while a daemon runs.</summary>
    public static bool EndLeftover(string folder)
    {
        try
        {
            using var held = Lock(folder);
            var record = new GuardRecord(folder);
            var isFound = End(record.FindLeftover());
            record.Delete();
            return isFound;
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            throw new DaemonException($"a daemon that captures is running, or {folder} cannot be written ({refusal.Message}): stop it, or start as administrator", refusal);
        }
    }

    /// <inheritdoc/>
    public void Hold(IReadOnlyList<string> filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        lock (_changing)
        {
            ObjectDisposedException.ThrowIf(_isEnding, this);
            if (_process is null)
            {
                // The predecessor's guard holds until ours does.
                var leftover = _record.FindLeftover();
                Start(filters);
                if (End(leftover))
                {
                    _tell("the guard that an earlier run left behind was replaced");
                }
            }
            else
            {
                Ask(_process, filters);
            }

            _filters = filters;
        }
    }

    /// <summary>Ends the guard in order: what it held passes again.</summary>
    public void Dispose()
    {
        lock (_changing)
        {
            if (_isEnding)
            {
                return;
            }

            _isEnding = true;
            if (_process is { } process)
            {
                EndInOrder(process);
                _record.Delete();
            }
        }

        _lock.Dispose();
    }

    private static FileStream Lock(string folder) => new(Path.Combine(folder, "divert-lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    private void Start(IReadOnlyList<string> filters)
    {
        var start = new ProcessStartInfo(_command.Program, _command.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            // A console of its own: closing ours would end it.
            CreateNoWindow = true,
        };
        foreach (var (name, value) in _command.Environment)
        {
            start.Environment[name] = value;
        }

        Process process;
        try
        {
            process = Process.Start(start) ?? throw new AdapterException($"the guard does not start: {_command.Program} cannot be run.");
        }
        catch (Win32Exception refusal)
        {
            throw new AdapterException($"the guard does not start ({refusal.Message}): {_command.Program} must be there and executable.", refusal);
        }

        try
        {
            process.ErrorDataReceived += (_, line) => TellWords(line.Data);
            process.BeginErrorReadLine();
            Expect(process, GuardProtocol.Ready);
            Ask(process, filters);
            _record.Write(process);
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }

        _process = process;
        // A thread of its own: the framework raises Exited under a lock that WaitForExit takes, too.
        new Thread(() => Watch(process)) { IsBackground = true, Name = "guard watch" }.Start();
    }

    private void TellWords(string? line)
    {
        if (!string.IsNullOrEmpty(line))
        {
            _tell($"the guard says: {line}");
        }
    }

    private static void Ask(Process process, IReadOnlyList<string> filters)
    {
        try
        {
            process.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{GuardProtocol.Hold}{filters.Count}"));
            foreach (var filter in filters)
            {
                process.StandardInput.WriteLine(filter);
            }

            process.StandardInput.Flush();
            Expect(process, GuardProtocol.Holding);
        }
        catch (IOException gone)
        {
            throw new AdapterException($"the guard is gone ({gone.Message}): another is being started, try again.", gone);
        }
    }

    private static void Expect(Process process, string word)
    {
        string? answer;
        try
        {
            answer = process.StandardOutput.ReadLineAsync().WaitAsync(Patience).GetAwaiter().GetResult();
        }
        catch (TimeoutException silence)
        {
            throw new AdapterException($"the guard does not answer within {Patience.TotalSeconds:0} s: the machine may be overloaded, start again.", silence);
        }

        if (answer != word)
        {
            throw new AdapterException(answer is null ? "the guard ended before it held anything: see its words in the log." : $"the guard refused: {answer.Replace(GuardProtocol.Refused, "", StringComparison.Ordinal)}");
        }
    }

    private void Watch(Process process)
    {
        process.WaitForExit();
        Replace(process);
        process.Dispose();
    }

    // While there is no guard the capture still takes everything; only a crash of this process would let it out.
    private void Replace(Process ended)
    {
        lock (_changing)
        {
            if (_isEnding || _process != ended)
            {
                return;
            }

            for (var attempt = 1; attempt <= MostStarts; attempt++)
            {
                try
                {
                    Start(_filters);
                    _tell($"the guard ended by itself with code {ended.ExitCode}; another holds its filters");
                    return;
                }
                catch (AdapterException refusal)
                {
                    _tell($"the guard ended by itself and another cannot be started: {refusal.Message}");
                }
            }

            _tell("there is no guard: if this program ended by a crash, protected traffic would leave in clear; stop it in order and find out why");
        }
    }

    private static void EndInOrder(Process process)
    {
        try
        {
            process.StandardInput.WriteLine(GuardProtocol.End);
            process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It is gone already, and what it held with it.
            return;
        }

        if (!process.WaitForExit(Patience))
        {
            process.Kill();
        }
    }

    private static bool End(Process? leftover)
    {
        if (leftover is null)
        {
            return false;
        }

        using (leftover)
        {
            leftover.Kill();
            leftover.WaitForExit();
            return true;
        }
    }
}
