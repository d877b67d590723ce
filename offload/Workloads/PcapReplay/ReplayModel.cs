namespace IpsecDp.Workloads.PcapReplay;

/// <summary>How a capture file is played between two hosts.</summary>
public sealed record ReplayModel
{
    /// <summary>Ticks per second of the times handed in.</summary>
    public required long TicksPerSecond { get; init; }

    /// <summary>Addresses the packets get, one pair per IP version; packets of a version without a pair are left out. Empty to keep the file's own.</summary>
    public IReadOnlyList<AddressPair> Pairs { get; init; } = [];

    /// <summary>Whether packets keep the distances in time they were captured with; else they go as fast as they are asked for.</summary>
    public bool IsPaced { get; init; }

    /// <summary>How often the file is played.</summary>
    public int Laps { get; init; } = 1;

    /// <summary>Largest packet played, in octets; larger ones are left out.</summary>
    public int LargestPacket { get; init; } = 65535;
}
