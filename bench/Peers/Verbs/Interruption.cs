using System.Runtime.InteropServices;

namespace IpsecDp.Peers.Verbs;

/// <summary>SIGINT, SIGTERM and SIGHUP as a token, so that what was set up is taken away.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    public Interruption() => _registrations =
        [.. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, Catch))];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void Catch(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _source.Cancel();
    }
}
