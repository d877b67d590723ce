namespace IpsecDp.Adapters.Windows;

/// <summary>What ends on a handle that stays open.</summary>
public enum WinDivertShutdown
{
    /// <summary>Nothing more is queued: what waits is still received, what comes later passes by.</summary>
    Receive = 1,

    /// <summary>Nothing more is sent.</summary>
    Send = 2,

    /// <summary>Both.</summary>
    Both = 3,
}
