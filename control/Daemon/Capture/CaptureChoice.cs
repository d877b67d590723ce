using IpsecDp.Ipsec.Sad;
using IpsecDp.Policy.Compile;

namespace IpsecDp.Daemon.Capture;

/// <summary>Which capture serves: what was asked for, or what system, policy and options suggest.</summary>
internal static class CaptureChoice
{
    /// <summary>Decides; throws <see cref="DaemonException"/> where options contradict each other or the system lacks what was asked for.</summary>
    public static CaptureKind Of(DaemonOptions options, PolicyModel policy)
    {
        var chosen = options.Capture == CaptureKind.Auto ? Suggest(options, policy, OperatingSystem.IsWindows()) : options.Capture;
        Require(chosen != CaptureKind.WinDivert || OperatingSystem.IsWindows(), "--capture windivert needs Windows: take nfqueue or tun");
        Require(chosen == CaptureKind.WinDivert || OperatingSystem.IsLinux(), "--capture tun and nfqueue need Linux: take windivert, or try \"ipsecdp lab\"");
        Require(chosen == CaptureKind.Tun || !HasInterface(options), "--address and --route belong to a TUN interface: leave them out, or take --capture tun");
        Require(chosen != CaptureKind.Tun || options.QueueBalance == DaemonOptions.DefaultQueueBalance, "--queue-balance belongs to --capture nfqueue and windivert: for a TUN interface take --queues");
        Require(chosen == CaptureKind.Nfqueue || !options.FailsOpen, "--fail-open belongs to --capture nfqueue");
        return chosen;
    }

    /// <summary>The choice where none was made: a policy in transport mode protects the host's own packets, which no route can lead into an interface.</summary>
    public static CaptureKind Suggest(DaemonOptions options, PolicyModel policy, bool isWindows)
    {
        if (isWindows)
        {
            return CaptureKind.WinDivert;
        }

        var modes = policy.Tunnels.Select(tunnel => tunnel.Outbound[0].Mode).Concat(policy.DynamicTunnels.Select(tunnel => tunnel.Mode));
        return !HasInterface(options) && modes.Contains(SaMode.Transport) ? CaptureKind.Nfqueue : CaptureKind.Tun;
    }

    private static bool HasInterface(DaemonOptions options) => options.Addresses.Count + options.Routes.Count > 0;

    private static void Require(bool isRight, string sentence)
    {
        if (!isRight)
        {
            throw new DaemonException(sentence);
        }
    }
}
