namespace IpsecDp.Workloads.PcapReplay;

/// <summary>Link types of capture files (tcpdump.org, "Link-layer header types") whose packets can be found.</summary>
public enum LinkType
{
    /// <summary>BSD loopback: address family in the capturing host's byte order.</summary>
    Null = 0,

    /// <summary>Ethernet, 802.1Q and 802.1ad tags included.</summary>
    Ethernet = 1,

    /// <summary>Raw IP as OpenBSD numbers it.</summary>
    RawOpenBsd = 14,

    /// <summary>Raw IP as other BSDs number it.</summary>
    RawBsd = 12,

    /// <summary>Raw IPv4 or IPv6.</summary>
    Raw = 101,

    /// <summary>OpenBSD loopback: address family in network order.</summary>
    Loop = 108,

    /// <summary>Linux cooked capture.</summary>
    LinuxSll = 113,

    /// <summary>Raw IPv4.</summary>
    Ipv4 = 228,

    /// <summary>Raw IPv6.</summary>
    Ipv6 = 229,

    /// <summary>Linux cooked capture, version 2.</summary>
    LinuxSll2 = 276,
}
