namespace IpsecDp.Engines;

/// <summary>Jobs, packets and octets of one kind.</summary>
public readonly record struct WorkCount(long Jobs, long Packets, long Bytes)
{
    /// <summary>Both together.</summary>
    public static WorkCount operator +(WorkCount one, WorkCount other) => new(one.Jobs + other.Jobs, one.Packets + other.Packets, one.Bytes + other.Bytes);

    /// <summary>What came since the earlier count.</summary>
    public static WorkCount operator -(WorkCount later, WorkCount earlier) => new(later.Jobs - earlier.Jobs, later.Packets - earlier.Packets, later.Bytes - earlier.Bytes);

    /// <summary>Both together.</summary>
    public static WorkCount Add(WorkCount one, WorkCount other) => one + other;

    /// <summary>What came since the earlier count.</summary>
    public static WorkCount Subtract(WorkCount later, WorkCount earlier) => later - earlier;
}
