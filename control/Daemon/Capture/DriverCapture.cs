using System.Globalization;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Sockets;
using IpsecDp.Adapters.Windows;
using IpsecDp.Daemon.Guard;
using IpsecDp.Policy.Compile;
using IpsecDp.Ports;
using IpsecDp.Ports.Divert;

namespace IpsecDp.Daemon.Capture;

/// <summary>The host's own path on Windows by the driver WinDivert, with a guard in a process of its own that drops what must not leave in clear when this one is gone.</summary>
internal sealed class DriverCapture : IHostCapture
{
    private readonly GuardProcess _guard;
    private readonly WinDivertCapture _path;
    private long _lost;

    /// <summary>Has the guard hold what the policy protects, then takes it; throws <see cref="AdapterException"/> with nothing left open.</summary>
    public DriverCapture(DaemonOptions options, PolicyModel policy, PortBuffers buffers, DaemonLog log)
    {
        IsEspInUdp = options.Encapsulation != CipherEncapsulation.Esp;
        var library = new WinDivertLibraryOptions();
        _guard = GuardProcess.Create(GuardCommand.OfThisProgram(library), GuardProcess.DefaultFolder, sentence => log.Write(DaemonMessage.CaptureDisturbed, sentence));
        try
        {
            _path = WinDivertCapture.Open(new WinDivertOptions
            {
                Driver = WinDivertDriver.Load(library),
                Plan = DivertCompiler.Compile(policy),
                Guard = _guard,
                Handles = options.QueueBalance,
                SortsArrivals = options.SortsArrivals,
                Buffers = buffers,
            });
        }
        catch
        {
            _guard.Dispose();
            throw;
        }

        log.Write(DaemonMessage.PortOpened, _path.FeatureLine);
    }

    /// <inheritdoc/>
    public IReadOnlyList<IClearPort> Clear => [_path.Clear];

    /// <inheritdoc/>
    public IReadOnlyList<ICipherPort> Cipher => [_path.Cipher];

    /// <inheritdoc/>
    public UdpEncapPort? SharedSocket => null;

    /// <inheritdoc/>
    public bool IsEspInUdp { get; }

    /// <summary>Takes whatever addresses, ports and peers a policy names: the driver's filters are made anew.</summary>
    public void RequireFit(PolicyModel policy)
    {
    }

    /// <inheritdoc/>
    public void Take(DivertPlan plan) => _path.Take(plan);

    /// <inheritdoc/>
    public string? Look()
    {
        var lost = _path.Counts.EstimatedLosses;
        var since = lost - _lost;
        _lost = lost;
        return since == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"the driver lost about {since} packets since the last look: take more handles (--queue-balance)");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _path.Dispose();
        _guard.Dispose();
    }
}
