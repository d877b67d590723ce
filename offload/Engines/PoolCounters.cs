namespace IpsecDp.Engines;

/// <summary>What a pool counts from any thread; what engines did they count themselves.</summary>
internal sealed class PoolCounters
{
    private readonly WorkCounter[] _spills = Counters(SpillCauses.Count * ServiceClasses.Count);
    private readonly WorkCounter[] _projected = Counters(ServiceClasses.Count);
    private readonly WorkCounter _notEligible = new();
    private readonly CountRecorder _batches = new();
    private readonly CountRecorder _depths = new();
    private long _waits;
    private long _helpCalls;

    public void Spill(LaneJob job, SpillCause cause) => _spills[((int)cause * ServiceClasses.Count) + (int)job.Class].Add(job);

    public void Project(LaneJob job) => _projected[(int)job.Class].Add(job);

    public void KeepAsGeneral(LaneJob job) => _notEligible.Add(job);

    public void Submit(LaneJob job) => _batches.Record(job.Packets);

    public void Find(int waiting) => _depths.Record(waiting);

    public void Wait() => Interlocked.Increment(ref _waits);

    public void CallForHelp() => Interlocked.Increment(ref _helpCalls);

    public EnginePoolSnapshot Read(SpecialtyEngine[] engines, FaultLog faults, long handedBack)
    {
        var spills = new WorkCount[SpillCauses.Count, ServiceClasses.Count];
        for (var at = 0; at < _spills.Length; at++)
        {
            spills[at / ServiceClasses.Count, at % ServiceClasses.Count] = _spills[at].Count;
        }

        var onEngines = new WorkCount[ServiceClasses.Count];
        var waited = CountHistogram.Empty;
        foreach (var engine in engines)
        {
            engine.AddTo(onEngines);
            waited = waited.Plus(engine.QueueMicroseconds);
        }

        return new EnginePoolSnapshot(spills, onEngines, [.. _projected.Select(counter => counter.Count)])
        {
            Engines = [.. engines.Select(engine => engine.Snapshot())],
            NotEligible = _notEligible.Count,
            Waits = Volatile.Read(ref _waits),
            HelpCalls = Volatile.Read(ref _helpCalls),
            HandedBack = handedBack,
            BatchSizes = _batches.Read(),
            QueueDepths = _depths.Read(),
            QueueMicroseconds = waited,
            Faulted = faults.Count,
            FirstFault = faults.First,
        };
    }

    private static WorkCounter[] Counters(int count) => [.. Enumerable.Range(0, count).Select(_ => new WorkCounter())];
}
