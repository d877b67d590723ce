using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;

namespace IpsecDp.Modelling.Simulation;

/// <summary>What engines do: take, run, wait awake, sleep (SpecialtyEngine and EngineQueue of the product), and how one is chosen (EnginePool).</summary>
internal sealed class EngineSteps(MachineParts parts, LaneSteps lanes)
{
    private readonly VirtualTime _time = parts.Time;
    private readonly SimulatedEngine[] _engines = parts.Engines;
    private readonly HandOverCosts _costs = parts.Model.HandOver;
    private readonly SimulationCounts _counts = parts.Counts;
    private readonly double _alternateWait = parts.Model.Rule.AlternateWait.TotalNanoseconds;

    // Jobs queued and in hand, twice, and one more asleep; by engine.
    private readonly int[] _load = new int[parts.Engines.Length];

    /// <summary>Lets every engine wait for its first job.</summary>
    public void Begin()
    {
        foreach (var engine in _engines)
        {
            Await(engine);
        }
    }

    /// <summary>The engine with least to do that is not varied off; null without one.</summary>
    public SimulatedEngine? LeastLoaded()
    {
        var (best, least) = (-1, int.MaxValue);
        for (var number = 0; number < _load.Length; number++)
        {
            if (_load[number] < least && !_engines[number].IsParked)
            {
                (best, least) = (number, _load[number]);
                if (least == 0)
                {
                    break;
                }
            }
        }

        return best < 0 ? null : _engines[best];
    }

    /// <summary>Queues a job; false if the queue is full. Says whether the engine sleeps, so that the caller pays for waking it.</summary>
    public bool TryPut(SimulatedEngine engine, int job, int priority, out bool isAsleep)
    {
        isAsleep = false;
        if (!engine.Queue.TryPut(job, priority, _time.Now))
        {
            return false;
        }

        Weigh(engine);
        if (engine.Phase == ProcessorPhase.Spin)
        {
            engine.Learn(_time.Now - engine.IdleSince);
            TakeNext(engine);
        }
        else if (engine.Phase == ProcessorPhase.Sleep)
        {
            isAsleep = true;
            engine.RungAt = _time.Now;
            engine.WakeUps++;
            _counts.WakeUps++;
            _time.Rest(engine, ProcessorPhase.Rise, isAwake: false, _costs.WakeLatency);
            Weigh(engine);
        }

        return true;
    }

    /// <summary>Takes the job that waited longest too long, for a general processor that helps.</summary>
    public bool TryTakeOverdue(out int job)
    {
        var before = _time.Now - _alternateWait;
        foreach (var engine in _engines)
        {
            if (engine.Queue.OldestAt < before && engine.Queue.TryTakeOverdue(before, parts.IsHelped, _time.Now, out job))
            {
                AfterTake(engine, job);
                return true;
            }
        }

        job = JobTable.None;
        return false;
    }

    /// <summary>Takes the oldest job of the first engine that has one.</summary>
    public bool TryTakeOldest(out int job)
    {
        foreach (var engine in _engines)
        {
            if (engine.Queue.TryTake(_time.Now, out job))
            {
                AfterTake(engine, job);
                return true;
            }
        }

        job = JobTable.None;
        return false;
    }

    /// <summary>A step of an engine is over.</summary>
    public void Step(SimulatedEngine engine)
    {
        switch (engine.Phase)
        {
            case ProcessorPhase.Run when lanes.TryCloseAfterRun(engine):
            case ProcessorPhase.Deliver when lanes.TryAdvanceAfterDelivery(engine):
                break;

            case ProcessorPhase.Spin:
                _time.Rest(engine, ProcessorPhase.Sleep, isAwake: false, double.PositiveInfinity);
                Weigh(engine);
                break;

            case ProcessorPhase.Rise:
                engine.Learn(engine.RungAt - engine.IdleSince);
                TakeNext(engine);
                break;

            case ProcessorPhase.Wake:
                RunTaken(engine);
                break;

            default:
                TakeNext(engine);
                break;
        }
    }

    private void TakeNext(SimulatedEngine engine)
    {
        if (!engine.Queue.TryTake(_time.Now, out var job))
        {
            engine.Job = JobTable.None;
            Await(engine);
            return;
        }

        engine.Job = job;
        AfterTake(engine, job);
        ref var taken = ref parts.Jobs[job];
        _counts.Engine = Plus(_counts.Engine, taken);
        if (parts.AwaitingRoom.Count > 0 && engine.Queue.HasMuchRoom)
        {
            foreach (var general in parts.AwaitingRoom)
            {
                _time.Rest(general, ProcessorPhase.Rise, isAwake: false, _costs.WakeLatency);
            }

            parts.AwaitingRoom.Clear();
            _time.Begin(engine, ProcessorPhase.Wake, _costs.Wake, CpuAccount.HandOver);
            Weigh(engine);
            return;
        }

        RunTaken(engine);
    }

    private void RunTaken(SimulatedEngine engine)
    {
        lanes.Run(engine, engine.Job, _costs.Take, CpuAccount.SpecialtyEligible);
        Weigh(engine);
    }

    private void Await(SimulatedEngine engine)
    {
        engine.IdleSince = _time.Now;
        _time.Rest(engine, ProcessorPhase.Spin, isAwake: true, engine.Span);
        Weigh(engine);
    }

    private void AfterTake(SimulatedEngine engine, int job)
    {
        _counts.QueueWait += _time.Now - parts.Jobs[job].SubmittedAt;
        _counts.QueueJobs++;
        Weigh(engine);
    }

    private void Weigh(SimulatedEngine engine)
    {
        // A shared queue weighs on none of its engines: the next idle one takes from it.
        var waiting = parts.Model.IsQueueShared ? 0 : engine.Queue.Depth;
        var busy = engine.Phase is ProcessorPhase.Spin or ProcessorPhase.Sleep or ProcessorPhase.Rise ? 0 : 1;
        _load[engine.Number] = (2 * (waiting + busy)) + (engine.Phase == ProcessorPhase.Sleep ? 1 : 0);
    }

    /// <summary>One job more.</summary>
    internal static WorkCount Plus(WorkCount count, in SimulatedJob job) => new(count.Jobs + 1, count.Packets + job.Packets, count.Bytes + job.Octets);
}
