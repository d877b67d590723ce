namespace IpsecDp.Engines;

/// <summary>One engine's counters: what it ran, its queue then and at its deepest, how often it was woken from sleep, and whether it was varied off or bound to a processor.</summary>
public readonly record struct EngineSnapshot(
    int Index,
    bool IsParked,
    bool IsPinned,
    long Jobs,
    long Packets,
    long Bytes,
    int Depth,
    int DepthHighWater,
    long WakeUps);
