using IpsecDp.Engines.Accounting;

namespace IpsecDp.Engines.Records;

/// <summary>What one interval cost and moved, in the shape of an SMF record type 72: the accounts of the span, the pool's counters of the span, and who measured it when.</summary>
public sealed record IntervalRecord
{
    /// <summary>Characters of <see cref="System"/>.</summary>
    public const int SystemLength = 4;

    /// <summary>The system's name, at most four ASCII characters, as SMF's SID.</summary>
    public required string System { get; init; }

    /// <summary>When the interval began; kept in microseconds.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>How many intervals went before since the process began.</summary>
    public required long Sequence { get; init; }

    /// <summary>General threads that read ports.</summary>
    public required int General { get; init; }

    /// <summary>The controls in force.</summary>
    public required RecordControls Controls { get; init; }

    /// <summary>CPU time of the interval by account, class and cause, its length, and what disturbed it.</summary>
    public required CpuSnapshot Cpu { get; init; }

    /// <summary>What the pool counted over the interval.</summary>
    public required EnginePoolSnapshot Pool { get; init; }

    /// <summary>The interval in the shape of RMF's Workload Activity.</summary>
    public ServiceTimes Times => new(Cpu, Controls.Factor);

    /// <summary>The ratios of the interval, normalised.</summary>
    public OffloadRatios Ratios => new(Cpu, Controls.Factor.Value);
}
