namespace IpsecDp.Adapters.Windows;

/// <summary>Where in the host's path a handle captures.</summary>
public enum WinDivertLayer
{
    /// <summary>Packets to and from this host.</summary>
    Network = 0,

    /// <summary>Packets through this host; there is no direction, and the interface is the outgoing one.</summary>
    Forward = 1,
}
