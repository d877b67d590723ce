namespace IpsecDp.Workloads.PcapReplay;

/// <summary>Why reading a capture file ended before its end.</summary>
public enum CaptureFault : byte
{
    /// <summary>It did not.</summary>
    None,

    /// <summary>Neither pcap nor pcapng.</summary>
    NotACapture,

    /// <summary>A version this reader does not know.</summary>
    UnknownVersion,

    /// <summary>The file ends within a header, record or block.</summary>
    Truncated,

    /// <summary>A length that cannot be: larger than the limit, or smaller than its own header.</summary>
    ImpossibleLength,

    /// <summary>A packet of an interface that was not described.</summary>
    UnknownInterface,

    /// <summary>A link type whose packets cannot be found.</summary>
    UnsupportedLinkType,

    /// <summary>More packets or interfaces than the limits allow.</summary>
    TooMany,
}
