namespace IpsecDp.Workloads.PcapReplay;

/// <summary>Bounds on what is taken from a capture file.</summary>
public sealed record CaptureLimits
{
    /// <summary>Most packets.</summary>
    public int Packets { get; init; } = 2_000_000;

    /// <summary>Most interfaces of a pcapng section.</summary>
    public int Interfaces { get; init; } = 256;

    /// <summary>Most octets of a record or block.</summary>
    public int BlockLength { get; init; } = 1 << 20;
}
