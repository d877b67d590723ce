using System.Runtime.InteropServices;

namespace IpsecDp.Host.Verbs;

/// <summary>SIGINT and SIGTERM as a token, so that a verb ends in order and takes its things away; a second signal is the same as the first. SIGHUP ends a verb, too, unless it reads its files again.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly AutoResetEvent _hangUp = new(false);
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Begins to catch them; <paramref name="hearsTerminal"/> false leaves Ctrl-C to whoever started this process, and <paramref name="rereads"/> makes SIGHUP a wish to read again.</summary>
    public Interruption(bool hearsTerminal = true, bool rereads = false)
    {
        // On Windows it is the end of the console and nobody's wish.
        var hangUp = rereads && !OperatingSystem.IsWindows() ? Reread : hearsTerminal ? Catch : (Action<PosixSignalContext>)Ignore;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Catch),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, hearsTerminal ? Catch : Ignore),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, hangUp),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Cancels the token as a signal would.</summary>
    public void Raise() => _source.Cancel();

    /// <summary>Waits for a signal: true for one that ends, false for one that wants files read again, null when none came in time.</summary>
    public bool? Await(TimeSpan patience) => WaitHandle.WaitAny([_source.Token.WaitHandle, _hangUp], patience) switch
    {
        0 => true,
        1 => false,
        _ => null,
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
        _hangUp.Dispose();
    }

    private static void Ignore(PosixSignalContext signal) => signal.Cancel = true;

    private void Catch(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _source.Cancel();
    }

    private void Reread(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _hangUp.Set();
    }
}
