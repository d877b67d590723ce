using System.Runtime.InteropServices;
using IpsecDp.Daemon;

namespace IpsecDp.Host.Verbs;

/// <summary>SIGUSR1 varies an engine off and SIGUSR2 one on while a data plane runs; Linux only, for Windows has no such signals.</summary>
internal sealed class EngineSignals : IDisposable
{
    // signal(7), the same on x86 and Arm.
    private const int User1 = 10;
    private const int User2 = 12;

    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Begins to listen.</summary>
    public EngineSignals(Composition composition)
    {
        _registrations = OperatingSystem.IsLinux()
            ? [Register(User1, () => composition.Vary(isOn: false)), Register(User2, () => composition.Vary(isOn: true))]
            : [];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private static PosixSignalRegistration Register(int signal, Action act) => PosixSignalRegistration.Create((PosixSignal)signal, context =>
    {
        context.Cancel = true;
        act();
    });
}
