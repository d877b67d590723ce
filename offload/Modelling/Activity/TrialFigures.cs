namespace IpsecDp.Modelling.Activity;

/// <summary>One trial of a load: what was offered for so long, what became of it, and where the CPU time went.</summary>
public sealed record TrialFigures
{
    /// <summary>Packets a second that the clock was set to.</summary>
    public required double Intended { get; init; }

    /// <summary>Seconds packets were offered.</summary>
    public required double Seconds { get; init; }

    /// <summary>Packets that arrived by the clock.</summary>
    public required long Offered { get; init; }

    /// <summary>Their octets.</summary>
    public required long OfferedOctets { get; init; }

    /// <summary>Packets that reached the other side, opened and in clear.</summary>
    public required long Delivered { get; init; }

    /// <summary>Their octets.</summary>
    public required long DeliveredOctets { get; init; }

    /// <summary>Packets behind a later one of their SA's flow.</summary>
    public long Reordered { get; init; }

    /// <summary>Packets that did not arrive, by where they were lost.</summary>
    public IReadOnlyDictionary<string, long> LostAt { get; init; } = new Dictionary<string, long>();

    /// <summary>The classes of the load.</summary>
    public IReadOnlyList<ClassFigures> Classes { get; init; } = [];

    /// <summary>CPU time of the trial.</summary>
    public AccountSeconds Cpu { get; init; } = new();

    /// <summary>The same in equal parts of the trial, whose spread tells how sure the shares are.</summary>
    public IReadOnlyList<AccountSeconds> Parts { get; init; } = [];

    /// <summary>Work that engines did.</summary>
    public WorkFigures OnEngines { get; init; } = WorkFigures.None;

    /// <summary>Work that general threads did although engines were there, by cause.</summary>
    public IReadOnlyDictionary<string, WorkFigures> Spills { get; init; } = new Dictionary<string, WorkFigures>();

    /// <summary>Work that would have moved, had there been engines (PROJECTCPU).</summary>
    public WorkFigures Projected { get; init; } = WorkFigures.None;

    /// <summary>Jobs by their packets, in powers of two: the first counts jobs of none, the next of 1, of 2 to 3, of 4 to 7.</summary>
    public IReadOnlyList<long> BatchSizes { get; init; } = [];

    /// <summary>Submissions by the jobs that waited at the engine, in powers of two.</summary>
    public IReadOnlyList<long> QueueDepths { get; init; } = [];

    /// <summary>Jobs by the microseconds they waited for an engine, in powers of two.</summary>
    public IReadOnlyList<long> QueueMicroseconds { get; init; } = [];

    /// <summary>Most jobs that ever waited at an engine.</summary>
    public long DeepestQueue { get; init; }

    /// <summary>Times an engine was woken from sleep.</summary>
    public long WakeUps { get; init; }

    /// <summary>Times the engines began to need help.</summary>
    public long HelpCalls { get; init; }

    /// <summary>What disturbed it.</summary>
    public NoiseFigures Noise { get; init; } = new();

    /// <summary>Packets that neither arrived nor are known to be lost somewhere; 0 unless the trial was cut short.</summary>
    public long Unaccounted => Offered - Delivered - LostAt.Values.Sum();

    /// <summary>Share of the offered packets that did not arrive.</summary>
    public double LossRatio => Offered == 0 ? 0 : (double)Math.Max(0, Offered - Delivered) / Offered;

    /// <summary>All work that general threads did although engines were there.</summary>
    public WorkFigures Spilled => Spills.Values.Aggregate(WorkFigures.None, static (sum, spill) => sum.Plus(spill));
}
