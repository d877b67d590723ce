namespace IpsecDp.Engines;

/// <summary>The family of causes as a whole.</summary>
public static class SpillCauses
{
    /// <summary>How many causes there are; their values are the numbers below it.</summary>
    public const int Count = (int)SpillCause.Dearer + 1;

    /// <summary>All causes in order.</summary>
    public static IReadOnlyList<SpillCause> All { get; } = Enum.GetValues<SpillCause>();
}
