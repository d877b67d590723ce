namespace IpsecDp.Adapters.Windows;

/// <summary>How a handle treats what its filter matches; without a flag it takes packets out and sends.</summary>
[Flags]
public enum WinDivertFlags : ulong
{
    /// <summary>Takes packets out, and sends.</summary>
    None = 0,

    /// <summary>Takes copies.</summary>
    Sniff = 0x01,

    /// <summary>The driver drops what matches; there is nothing to receive.</summary>
    Drop = 0x02,

    /// <summary>Sends nothing.</summary>
    ReceiveOnly = 0x04,

    /// <summary>Receives nothing; the filter has to be <c>false</c>, for what matches is lost.</summary>
    SendOnly = 0x08,

    /// <summary>Does not install the driver.</summary>
    NoInstall = 0x10,

    /// <summary>Inbound fragments instead of the datagrams they make.</summary>
    Fragments = 0x20,
}
