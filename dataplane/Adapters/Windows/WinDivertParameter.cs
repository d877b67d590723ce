namespace IpsecDp.Adapters.Windows;

/// <summary>What can be set on a handle or asked of it.</summary>
public enum WinDivertParameter
{
    /// <summary>Packets that wait at most, 32 to 16384; beyond it the oldest is dropped.</summary>
    QueueLength = 0,

    /// <summary>Milliseconds a packet waits before it may be dropped, 100 to 16000.</summary>
    QueueTime = 1,

    /// <summary>Octets that wait at most, 65535 to 33554432.</summary>
    QueueSize = 2,

    /// <summary>The driver's major version; read only.</summary>
    VersionMajor = 3,

    /// <summary>The driver's minor version; read only.</summary>
    VersionMinor = 4,
}
