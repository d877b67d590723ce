using IpsecDp.Engines.Pinning;

namespace IpsecDp.Engines;

/// <summary>What a pool is built from.</summary>
public sealed record EnginePoolModel
{
    /// <summary>How many engines; 0 runs everything on the general threads and so projects what would have moved.</summary>
    public required int Engines { get; init; }

    /// <summary>When general threads help.</summary>
    public NeedHelpRule Rule { get; init; } = new();

    /// <summary>How engines are bound to processors.</summary>
    public IThreadPinning Pinning { get; init; } = new NoPinning();

    /// <summary>The processor of each engine in turn; empty binds none.</summary>
    public IReadOnlyList<int> Processors { get; init; } = [];

    /// <summary>The longest an engine burns CPU hoping for work before it sleeps. Longer than a wake-up takes, which the submitting thread pays: while it pays, it brings no work, and an engine that fell asleep meanwhile would have to be woken for every job.</summary>
    public TimeSpan LongestSpin { get; init; } = TimeSpan.FromMicroseconds(200);

    /// <summary>Refuses what no pool can be built on, with an <see cref="ArgumentOutOfRangeException"/>.</summary>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Engines);
        ArgumentOutOfRangeException.ThrowIfLessThan(LongestSpin, TimeSpan.Zero);
        Rule.Validate();
    }
}
