namespace IpsecDp.Engines;

/// <summary>A pool's counters since it was built; each is exact, but they are not read at one instant.</summary>
public sealed record EnginePoolSnapshot
{
    private readonly WorkCount[,] _spills;
    private readonly WorkCount[] _onEngines;
    private readonly WorkCount[] _projected;

    // By cause and class; by class.
    internal EnginePoolSnapshot(WorkCount[,] spills, WorkCount[] onEngines, WorkCount[] projected) =>
        (_spills, _onEngines, _projected) = (spills, onEngines, projected);

    /// <summary>The engines in order.</summary>
    public required IReadOnlyList<EngineSnapshot> Engines { get; init; }

    /// <summary>What ran on the submitting thread because ZIIP NOIPSECURITY makes nothing eligible.</summary>
    public WorkCount NotEligible { get; init; }

    /// <summary>Times a general thread waited for room because it may not help.</summary>
    public required long Waits { get; init; }

    /// <summary>Times the engines began to need help.</summary>
    public long HelpCalls { get; init; }

    /// <summary>Jobs an engine gave back to a general thread to be delivered.</summary>
    public long HandedBack { get; init; }

    /// <summary>Packets of the jobs that were submitted.</summary>
    public CountHistogram BatchSizes { get; init; } = CountHistogram.Empty;

    /// <summary>Jobs of its class that waited at the chosen engine when a job was submitted.</summary>
    public CountHistogram QueueDepths { get; init; } = CountHistogram.Empty;

    /// <summary>Microseconds from a job's submission until an engine took it.</summary>
    public CountHistogram QueueMicroseconds { get; init; } = CountHistogram.Empty;

    /// <summary>Exceptions out of jobs and deliveries.</summary>
    public required long Faulted { get; init; }

    /// <summary>The first of them.</summary>
    public required Exception? FirstFault { get; init; }

    /// <summary>What ran on the submitting thread because the pool has no engines (PROJECTCPU).</summary>
    public WorkCount Projected => Sum(ProjectedOf);

    /// <summary>What ran on engines.</summary>
    public WorkCount OnEngines => Sum(OnEnginesOf);

    /// <summary>What general threads ran, of all causes.</summary>
    public WorkCount Spilled => SpillCauses.All.Aggregate(default(WorkCount), (sum, cause) => sum + SpilledBy(cause));

    /// <summary>A snapshot from figures that came from elsewhere, as another process's report; it names no engine, and every figure stands as unclassified.</summary>
    public static EnginePoolSnapshot Of(Func<SpillCause, WorkCount> spilledBy) =>
        Of((cause, serviceClass) => serviceClass == ServiceClass.Unclassified ? spilledBy(cause) : default, static _ => default, static _ => default);

    /// <summary>A snapshot from figures by class that came from elsewhere; it names no engine.</summary>
    public static EnginePoolSnapshot Of(Func<SpillCause, ServiceClass, WorkCount> spilledBy, Func<ServiceClass, WorkCount> onEngines, Func<ServiceClass, WorkCount> projected)
    {
        var spills = new WorkCount[SpillCauses.Count, ServiceClasses.Count];
        foreach (var cause in SpillCauses.All)
        {
            foreach (var serviceClass in ServiceClasses.All)
            {
                spills[(int)cause, (int)serviceClass] = spilledBy(cause, serviceClass);
            }
        }

        return new(spills, [.. ServiceClasses.All.Select(onEngines)], [.. ServiceClasses.All.Select(projected)])
        {
            Engines = [],
            Waits = 0,
            Faulted = 0,
            FirstFault = null,
        };
    }

    /// <summary>What engines ran of a class.</summary>
    public WorkCount OnEnginesOf(ServiceClass serviceClass) => _onEngines[(int)serviceClass];

    /// <summary>What ran on the submitting thread of a class because the pool has no engines.</summary>
    public WorkCount ProjectedOf(ServiceClass serviceClass) => _projected[(int)serviceClass];

    /// <summary>What general threads ran for one cause.</summary>
    public WorkCount SpilledBy(SpillCause cause) => Sum(serviceClass => SpilledBy(cause, serviceClass));

    /// <summary>What general threads ran of a class for one cause.</summary>
    public WorkCount SpilledBy(SpillCause cause, ServiceClass serviceClass) => _spills[(int)cause, (int)serviceClass];

    /// <summary>What general threads ran of a class, of all causes.</summary>
    public WorkCount SpilledOf(ServiceClass serviceClass) => SpillCauses.All.Aggregate(default(WorkCount), (sum, cause) => sum + SpilledBy(cause, serviceClass));

    /// <summary>What was counted since an earlier snapshot of the same pool; depths, high water and the state of engines are those of this one.</summary>
    public EnginePoolSnapshot Since(EnginePoolSnapshot earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        var span = Of(
            (cause, serviceClass) => SpilledBy(cause, serviceClass) - earlier.SpilledBy(cause, serviceClass),
            serviceClass => OnEnginesOf(serviceClass) - earlier.OnEnginesOf(serviceClass),
            serviceClass => ProjectedOf(serviceClass) - earlier.ProjectedOf(serviceClass));
        return span with
        {
            Engines = [.. Engines.Select((engine, index) => Since(engine, earlier.Engines[index]))],
            NotEligible = NotEligible - earlier.NotEligible,
            Waits = Waits - earlier.Waits,
            HelpCalls = HelpCalls - earlier.HelpCalls,
            HandedBack = HandedBack - earlier.HandedBack,
            BatchSizes = BatchSizes.Since(earlier.BatchSizes),
            QueueDepths = QueueDepths.Since(earlier.QueueDepths),
            QueueMicroseconds = QueueMicroseconds.Since(earlier.QueueMicroseconds),
            Faulted = Faulted - earlier.Faulted,
            FirstFault = FirstFault,
        };
    }

    private static EngineSnapshot Since(EngineSnapshot later, EngineSnapshot earlier) => later with
    {
        Jobs = later.Jobs - earlier.Jobs,
        Packets = later.Packets - earlier.Packets,
        Bytes = later.Bytes - earlier.Bytes,
        WakeUps = later.WakeUps - earlier.WakeUps,
    };

    private static WorkCount Sum(Func<ServiceClass, WorkCount> of) => ServiceClasses.All.Aggregate(default(WorkCount), (sum, serviceClass) => sum + of(serviceClass));
}
