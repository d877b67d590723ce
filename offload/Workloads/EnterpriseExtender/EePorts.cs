namespace IpsecDp.Workloads.EnterpriseExtender;

/// <summary>The five UDP ports of Enterprise Extender, source and destination alike, and the TOS octet of each (RFC 2353: IP precedence 6, 6, 4, 2, 1).</summary>
public static class EePorts
{
    /// <summary>LDLC signalling.</summary>
    public const ushort Signalling = 12000;

    /// <summary>Network priority.</summary>
    public const ushort Network = 12001;

    /// <summary>High priority.</summary>
    public const ushort High = 12002;

    /// <summary>Medium priority.</summary>
    public const ushort Medium = 12003;

    /// <summary>Low priority.</summary>
    public const ushort Low = 12004;

    /// <summary>Whether the port is one of the five.</summary>
    public static bool Contains(ushort port) => port is >= Signalling and <= Low;

    /// <summary>The TOS octet of a port's packets; 0 for any other port.</summary>
    public static byte TosOf(ushort port) => port switch
    {
        Signalling or Network => 0xC0,
        High => 0x80,
        Medium => 0x40,
        Low => 0x20,
        _ => 0,
    };
}
