namespace IpsecDp.Adapters.Windows;

/// <summary>The flags of a <see cref="WinDivertAddress"/>.</summary>
[Flags]
public enum WinDivertMarks : byte
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary>A copy: the packet went on.</summary>
    Sniffed = 0x01,

    /// <summary>From this host; clear for what arrives.</summary>
    Outbound = 0x02,

    /// <summary>Between addresses of this host.</summary>
    Loopback = 0x04,

    /// <summary>Injected by another driver; the driver takes a hop off what is sent so, which ends circles.</summary>
    Impostor = 0x08,

    /// <summary>IPv6.</summary>
    V6 = 0x10,

    /// <summary>The IPv4 header's checksum is right; when sending, clear asks the driver to compute it.</summary>
    IpChecksum = 0x20,

    /// <summary>The TCP checksum is right; clear on the way out means that the network card was to compute it, on the way in that it has looked at it.</summary>
    TcpChecksum = 0x40,

    /// <summary>The same for UDP.</summary>
    UdpChecksum = 0x80,

    /// <summary>All three checksums.</summary>
    Checksums = IpChecksum | TcpChecksum | UdpChecksum,
}
