namespace IpsecDp.Ports.Wrappers;

/// <summary>What a network may do to a packet; the names are those of a fault plan's text.</summary>
public enum FaultKind : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It never arrives.</summary>
    Drop,

    /// <summary>It arrives twice, one behind the other.</summary>
    Duplicate,

    /// <summary>A few later packets overtake it.</summary>
    Reorder,

    /// <summary>One bit arrives inverted.</summary>
    Corrupt,

    /// <summary>It arrives late, by a time or by many packets.</summary>
    Delay,

    /// <summary>Its end is missing.</summary>
    Truncate,
}
