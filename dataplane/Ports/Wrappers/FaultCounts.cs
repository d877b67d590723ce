namespace IpsecDp.Ports.Wrappers;

/// <summary>What a <see cref="FaultyPort"/> did, in buffers; a buffer meets one fault at most, so <see cref="Offered"/> is the sum of the others.</summary>
public readonly record struct FaultCounts
{
    /// <summary>Buffers given to Send.</summary>
    public long Offered { get; init; }

    /// <summary>Went on as they came, at once.</summary>
    public long Unharmed { get; init; }

    /// <summary>Did not go on.</summary>
    public long Dropped { get; init; }

    /// <summary>Went on with one copy behind them.</summary>
    public long Duplicated { get; init; }

    /// <summary>Went on after at least one later packet; one that a flush released before any passed it is <see cref="Unharmed"/>.</summary>
    public long Reordered { get; init; }

    /// <summary>Went on with one bit inverted.</summary>
    public long Corrupted { get; init; }

    /// <summary>Went on late.</summary>
    public long Delayed { get; init; }

    /// <summary>Went on without their end.</summary>
    public long Truncated { get; init; }

    /// <summary>Still to go on.</summary>
    public long Held { get; init; }

    /// <summary>Cipher superframes among <see cref="Unharmed"/> that no buffers were free to divide; each counts as one buffer.</summary>
    public long Undivided { get; init; }

    /// <summary>Were held when the port was disposed.</summary>
    public long Abandoned { get; init; }
}
