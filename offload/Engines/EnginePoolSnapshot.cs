namespace IpsecDp.Engines;

/// <summary>A pool's counters since it was built; each is exact, but they are not read at one instant.</summary>
public sealed record EnginePoolSnapshot
{
    private readonly WorkCount[] _spills;

    internal EnginePoolSnapshot(WorkCount[] spills) => _spills = spills;

    /// <summary>A snapshot from figures that came from elsewhere, as another process's report; it names no engine.</summary>
    public static EnginePoolSnapshot Of(Func<SpillCause, WorkCount> spilledBy) => new([.. Enum.GetValues<SpillCause>().Select(spilledBy)])
    {
        Engines = [],
        Projected = default,
        Waits = 0,
        Faulted = 0,
        FirstFault = null,
    };

    /// <summary>The engines in order.</summary>
    public required IReadOnlyList<EngineSnapshot> Engines { get; init; }

    /// <summary>What ran on the submitting thread because the pool has no engines.</summary>
    public required WorkCount Projected { get; init; }

    /// <summary>Times a general thread waited for room because it may not help.</summary>
    public required long Waits { get; init; }

    /// <summary>Exceptions out of jobs and deliveries.</summary>
    public required long Faulted { get; init; }

    /// <summary>The first of them.</summary>
    public required Exception? FirstFault { get; init; }

    /// <summary>What ran on engines.</summary>
    public WorkCount OnEngines => new(Engines.Sum(engine => engine.Jobs), Engines.Sum(engine => engine.Packets), Engines.Sum(engine => engine.Bytes));

    /// <summary>What general threads ran, of all causes.</summary>
    public WorkCount Spilled => new(_spills.Sum(spill => spill.Jobs), _spills.Sum(spill => spill.Packets), _spills.Sum(spill => spill.Bytes));

    /// <summary>What general threads ran for one cause.</summary>
    public WorkCount SpilledBy(SpillCause cause) => _spills[(int)cause];
}
