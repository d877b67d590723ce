namespace IpsecDp.Daemon.Capture;

/// <summary>How packets leave the host's path for the data plane and come back.</summary>
public enum CaptureKind : byte
{
    /// <summary>What system, policy and options suggest.</summary>
    Auto,

    /// <summary>A TUN interface: what is routed into it is judged.</summary>
    Tun,

    /// <summary>The host's own path on Linux, by netfilter's queues.</summary>
    Nfqueue,

    /// <summary>The host's own path on Windows, by WinDivert.</summary>
    WinDivert,
}
