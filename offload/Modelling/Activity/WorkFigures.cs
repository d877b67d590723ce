using IpsecDp.Engines;

namespace IpsecDp.Modelling.Activity;

/// <summary>Jobs, packets and octets that were sealed or opened somewhere.</summary>
public sealed record WorkFigures(long Jobs, long Packets, long Octets)
{
    /// <summary>Nothing.</summary>
    public static WorkFigures None { get; } = new(0, 0, 0);

    /// <summary>The figures of a count.</summary>
    public static WorkFigures Of(WorkCount count) => new(count.Jobs, count.Packets, count.Bytes);

    /// <summary>Both together.</summary>
    public WorkFigures Plus(WorkFigures other) => new(Jobs + other.Jobs, Packets + other.Packets, Octets + other.Octets);
}
