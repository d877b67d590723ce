namespace IpsecDp.Adapters.Sockets;

/// <summary>What a UDP socket may leave to the kernel; each is tried by itself and dropped where the kernel refuses.</summary>
[Flags]
public enum UdpOffloads
{
    None = 0,

    /// <summary>Datagrams of one size to one peer leave in one piece (UDP_SEGMENT, Linux 4.18).</summary>
    Segmentation = 1,

    /// <summary>Datagrams of one size from one peer arrive in one piece (UDP_GRO, Linux 5.0).</summary>
    Coalescing = 2,

    /// <summary>Socket buffers of the size asked for.</summary>
    LargeBuffers = 4,

    /// <summary>Routers' messages about path MTU arrive on a raw socket.</summary>
    Icmp = 8,

    /// <summary>Clear packets leave by a raw socket.</summary>
    Pass = 16,

    /// <summary>The kernel notes where and when packets arrive (eBPF on a socket, Linux 5.5).</summary>
    Arrivals = 32,

    All = Segmentation | Coalescing | LargeBuffers | Icmp | Pass | Arrivals,
}
