using System.Runtime.InteropServices;

namespace IpsecDp.Host.Verbs;

/// <summary>SIGINT, SIGTERM and SIGHUP as a token, so that a verb ends in order and takes its things away; a second signal is the same as the first.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Begins to catch them; <paramref name="hearsTerminal"/> false leaves Ctrl-C to whoever started this process.</summary>
    public Interruption(bool hearsTerminal = true)
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Catch),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, hearsTerminal ? Catch : Ignore),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, hearsTerminal ? Catch : Ignore),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Cancels the token as a signal would.</summary>
    public void Raise() => _source.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private static void Ignore(PosixSignalContext signal) => signal.Cancel = true;

    private void Catch(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _source.Cancel();
    }
}
