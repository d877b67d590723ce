namespace IpsecDp.Workloads.Framing;

/// <summary>What a framing found in an arrived packet: records and their place, and how far the sender of the packet has received.</summary>
internal readonly ref struct OpenedSegment(ReadOnlySpan<byte> records, uint position, uint acknowledged)
{
    /// <summary>One record, or the records of a merged superframe; empty for a bare acknowledgment.</summary>
    public ReadOnlySpan<byte> Records { get; } = records;

    /// <summary>Offset of the first data octet in its direction of the flow, modulo 2³².</summary>
    public uint Position { get; } = position;

    /// <summary>Octets of the other direction received, modulo 2³².</summary>
    public uint Acknowledged { get; } = acknowledged;

    /// <summary>Data octets in front of the first record.</summary>
    public int CountedHeaderLength { get; init; }

    /// <summary>Whether the packet only acknowledges.</summary>
    public bool IsAcknowledgment { get; init; }

    /// <summary>Low bits of a bare acknowledgment's ordinal.</summary>
    public uint AcknowledgmentOrdinal { get; init; }
}
