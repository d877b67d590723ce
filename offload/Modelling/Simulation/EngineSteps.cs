using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;

namespace IpsecDp.Modelling.Simulation;

/// <summary>What engines do: take, run, wait awake, sleep (SpecialtyEngine and EngineQueue of the product).</summary>
internal sealed class EngineSteps(MachineParts parts, LaneSteps lanes)
{
    private readonly VirtualTime _time = parts.Time;
    private readonly HandOverCosts _costs = parts.Model.HandOver;
    private readonly SimulationCounts _counts = parts.Counts;

    /// <summary>Jobs that wait, of each class.</summary>
    public readonly int[] Queued = new int[ServiceClasses.Count];

    /// <summary>Lets every engine wait for its first job.</summary>
    public void Begin()
    {
        foreach (var engine in parts.Engines)
        {
            Await(engine);
        }
    }

    /// <summary>Queues a job; false if the queue is full. Says whether the engine sleeps, so that the caller pays for waking it.</summary>
    public bool TryPut(SimulatedEngine engine, int job, ServiceClass serviceClass, out bool isAsleep)
    {
        isAsleep = engine.Phase == ProcessorPhase.Sleep;
        if (!engine.Queue.TryPut(job, serviceClass, _time.Now))
        {
            return false;
        }

        Queued[(int)serviceClass]++;
        if (engine.Phase == ProcessorPhase.Spin)
        {
            engine.Learn(_time.Now - engine.IdleSince);
            TakeNext(engine);
        }
        else if (isAsleep)
        {
            engine.RungAt = _time.Now;
            _counts.WakeUps++;
            _time.Rest(engine, ProcessorPhase.Rise, isAwake: false, _costs.WakeLatency);
        }

        return true;
    }

    /// <summary>Takes the oldest job of a class from an engine's queue.</summary>
    public bool TryTake(SimulatedEngine engine, ServiceClass serviceClass, out int job)
    {
        if (!engine.Queue.TryTake(serviceClass, _time.Now, out job))
        {
            return false;
        }

        CountTaken(job);
        return true;
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
        if (!engine.Queue.TryTake(_time.Now, out var number))
        {
            Await(engine);
            return;
        }

        engine.Job = number;
        CountTaken(number);
        ref var job = ref parts.Jobs[number];
        _counts.Engine += new WorkCount(1, job.Packets, job.Octets);
        foreach (var general in parts.AwaitingProgress)
        {
            _time.Rest(general, ProcessorPhase.AwaitProgress, isAwake: true, 0);
        }

        parts.AwaitingProgress.Clear();
        if (parts.AwaitingRoom.Count > 0 && engine.Queue.HasRoom(parts.Streams[job.Stream].Class))
        {
            Announce();
            _time.Begin(engine, ProcessorPhase.Wake, _costs.Wake, CpuAccount.HandOver);
            return;
        }

        RunTaken(engine);
    }

    // Who waits for room sleeps, and the engine that makes it pays for waking him.
    private void Announce()
    {
        foreach (var general in parts.AwaitingRoom)
        {
            _time.Rest(general, ProcessorPhase.Rise, isAwake: false, _costs.WakeLatency);
        }

        parts.AwaitingRoom.Clear();
    }

    private void RunTaken(SimulatedEngine engine) => lanes.Run(engine, engine.Job, _costs.Take, CpuAccount.SpecialtyEligible);

    private void Await(SimulatedEngine engine)
    {
        engine.Job = JobTable.None;
        engine.IdleSince = _time.Now;
        _time.Rest(engine, ProcessorPhase.Spin, isAwake: true, engine.Span);
    }

    private void CountTaken(int number)
    {
        ref var job = ref parts.Jobs[number];
        Queued[(int)parts.Streams[job.Stream].Class]--;
        _counts.QueueWait += _time.Now - job.SubmittedAt;
        _counts.QueueJobs++;
    }
}
