namespace IpsecDp.Workloads;

/// <summary>What a sink found an arriving packet to be.</summary>
public enum ArrivalVerdict : byte
{
    /// <summary>Intact, and the first of its number.</summary>
    Delivered,

    /// <summary>Intact and the first of its number, but behind a later number of its flow; counted as delivered too.</summary>
    Reordered,

    /// <summary>Intact, but its number had arrived before or is older than the sink remembers.</summary>
    Duplicate,

    /// <summary>Header, checksum, stamp or body is not what the other host wrote.</summary>
    Corrupted,

    /// <summary>Not a packet of this workload.</summary>
    Unknown,
}
