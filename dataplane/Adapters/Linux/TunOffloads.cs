namespace IpsecDp.Adapters.Linux;

/// <summary>What a TUN device may leave to the port and the port to the kernel; each is asked for by itself and dropped where the kernel refuses.</summary>
[Flags]
public enum TunOffloads
{
    None = 0,

    /// <summary>The kernel hands over packets whose transport checksum the port completes.</summary>
    Checksum = 0x01,

    /// <summary>The kernel hands over TCP superframes over IPv4.</summary>
    Tso4 = 0x02,

    /// <summary>The kernel hands over TCP superframes over IPv6.</summary>
    Tso6 = 0x04,

    /// <summary>The kernel hands over UDP superframes over IPv4 (Linux 6.2).</summary>
    Uso4 = 0x20,

    /// <summary>The kernel hands over UDP superframes over IPv6 (Linux 6.2).</summary>
    Uso6 = 0x40,

    /// <summary>The port gives TCP segments that follow one another to the kernel as one superframe.</summary>
    MergeTcp = 0x100,

    /// <summary>The port gives UDP datagrams of one size that follow one another to the kernel as one superframe.</summary>
    MergeUdp = 0x200,

    /// <summary>The kernel keeps packets marked above routine (IP precedence) in a queue of their own (Linux 4.16).</summary>
    Precedence = 0x400,

    All = Checksum | Tso4 | Tso6 | Uso4 | Uso6 | MergeTcp | MergeUdp | Precedence,
}
