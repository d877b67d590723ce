using IpsecDp.Adapters;
using IpsecDp.Policy.Compile;

namespace IpsecDp.Daemon.Capture;

/// <summary>The one place that knows which capture is opened how.</summary>
internal static class HostCaptures
{
    /// <summary>Opens the capture options and policy ask for; throws <see cref="AdapterException"/> or <see cref="DaemonException"/> with nothing left open.</summary>
    public static IHostCapture Open(DaemonOptions options, PolicyModel policy, PortBuffers buffers, DaemonLog log) => CaptureChoice.Of(options, policy) switch
    {
        CaptureKind.Tun => new TunCapture(options, policy, buffers, log),
        CaptureKind.Nfqueue => new QueueCapture(options, policy, buffers, log),
        _ => new DriverCapture(options, policy, buffers, log),
    };
}
