using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using IpsecDp.Engines.Accounting;

namespace IpsecDp.Engines;

/// <summary>Specialty engines behind one <see cref="Submit"/> that neither loses work nor blocks for ever: what no engine can take, the submitting thread runs itself, and the cause is counted.</summary>
public sealed class EnginePool : IDisposable
{
    private const int AttemptsAwake = 8;

    [ThreadStatic]
    private static bool _isTakingOver;

    private readonly SpecialtyEngine[] _engines;
    private readonly NeedHelpRule _rule;
    private readonly JobRunner _runner = new();
    private readonly RoomGate _room = new();
    private readonly WorkCounter[] _spills = [.. Enum.GetValues<SpillCause>().Select(_ => new WorkCounter())];
    private readonly WorkCounter _projected = new();
    private long _waits;
    private int _closed;

    /// <summary>Starts the engines; their CPU time is booked in the ledger. Throws <see cref="ArgumentOutOfRangeException"/> on a model that makes no sense.</summary>
    public EnginePool(EnginePoolModel model, CpuLedger ledger)
    {
        model.Validate();
        _rule = model.Rule;
        _engines = new SpecialtyEngine[model.Engines];
        for (var index = 0; index < _engines.Length; index++)
        {
            _engines[index] = new SpecialtyEngine(index, model, _runner, _room, ledger);
        }

        foreach (var engine in _engines)
        {
            engine.Start();
        }
    }

    /// <summary>How many engines the pool has, parked ones included.</summary>
    public int Engines => _engines.Length;

    /// <summary>Jobs the queues of all engines hold.</summary>
    public int QueueCapacity => _engines.Length * _rule.QueueDepth;

    /// <summary>The first exception out of a job or delivery, or null; the whole snapshot without its cost.</summary>
    public Exception? FirstFault => _runner.Faults.First;

    private enum Placement
    {
        Placed,
        Full,
        NoEngine,
    }

    /// <summary>Hands over a job that was opened in its lane; it may be run and delivered before this returns, by this thread too. The caller holds no lock a delivery wants, and does not touch the job again.</summary>
    public void Submit(LaneJob job)
    {
        var meter = ThreadMeter.Current;
        if (_engines.Length == 0)
        {
            Project(job, meter);
            return;
        }

        var former = meter?.Switch(CpuAccount.HandOver);
        var now = Stopwatch.GetTimestamp();
        job.SubmittedAt = now;
        if (job.Bytes < _rule.SmallestJob)
        {
            Spill(job, SpillCause.TooSmall, meter);
        }
        else
        {
            Place(job, meter);
        }

        TakeOverdue(meter, now);
        Restore(meter, former);
    }

    /// <summary>Runs the oldest job that waited too long, if there is one and the rule allows; for a general thread before it blocks, as often as it says true.</summary>
    public bool Help()
    {
        var meter = ThreadMeter.Current;
        var former = meter?.Switch(CpuAccount.HandOver);
        var helped = TakeOverdue(meter, Stopwatch.GetTimestamp());
        Restore(meter, former);
        return helped;
    }

    /// <summary>Runs the oldest job of a queue, however short it has waited, because the caller can bring no more before one is done; a spill for <see cref="SpillCause.Full"/>. False when none is queued, or within such a job.</summary>
    public bool TakeOver()
    {
        if (_isTakingOver || !TryTakeOldest(out var job))
        {
            return false;
        }

        var meter = ThreadMeter.Current;
        var former = meter?.Account;
        _isTakingOver = true;
        if (OwnEngine() is { } own)
        {
            own.RunAtOnce(job, meter);
        }
        else
        {
            Spill(job, SpillCause.Full, meter);
        }

        _isTakingOver = false;
        Restore(meter, former);
        return true;
    }

    /// <summary>Varies an engine off: it is offered nothing more, and runs what is in its queue.</summary>
    public void Park(int engine)
    {
        _engines[engine].IsParked = true;

        // Who waits for room at the last engine would wait in vain.
        _room.Announce();
    }

    /// <summary>Varies an engine on.</summary>
    public void Unpark(int engine)
    {
        _engines[engine].IsParked = false;
        _room.Announce();
    }

    /// <summary>The counters.</summary>
    public EnginePoolSnapshot Snapshot() => new([.. _spills.Select(spill => spill.Count)])
    {
        Engines = [.. _engines.Select(engine => engine.Snapshot())],
        Projected = _projected.Count,
        Waits = Volatile.Read(ref _waits),
        Faulted = _runner.Faults.Count,
        FirstFault = _runner.Faults.First,
    };

    /// <summary>Stops taking, lets the engines run what is queued and ends their threads; what is submitted afterwards runs on its submitter.</summary>
    public void Dispose()
    {
        if (OwnEngine() is not null)
        {
            throw new InvalidOperationException("a pool is not closed from one of its own engines");
        }

        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        foreach (var engine in _engines)
        {
            engine.Complete();
        }

        _room.Announce();
        foreach (var engine in _engines)
        {
            engine.Join();
        }
    }

    private static void Restore(ThreadMeter? meter, CpuAccount? former)
    {
        if (former is { } account)
        {
            meter?.Switch(account);
        }
    }

    private void Project(LaneJob job, ThreadMeter? meter)
    {
        var former = meter?.Account;
        _projected.Add(job);
        _runner.RunOnGeneral(job, meter);
        Restore(meter, former);
    }

    private void Spill(LaneJob job, SpillCause cause, ThreadMeter? meter)
    {
        _spills[(int)cause].Add(job);
        _runner.RunOnGeneral(job, meter);
        meter?.Switch(CpuAccount.HandOver);
    }

    private void Place(LaneJob job, ThreadMeter? meter)
    {
        var placement = TryPlace(job);
        if (placement == Placement.Placed)
        {
            return;
        }

        if (OwnEngine() is { } own)
        {
            // An engine that waited for room would wait for itself.
            own.RunAtOnce(job, meter);
            meter?.Switch(CpuAccount.HandOver);
            return;
        }

        if (placement == Placement.Full && !_rule.HonorPriority)
        {
            placement = WaitForRoom(job, meter);
        }

        if (placement != Placement.Placed)
        {
            Spill(job, placement == Placement.Full ? SpillCause.Full : SpillCause.Parked, meter);
        }
    }

    private Placement TryPlace(LaneJob job)
    {
        if (Volatile.Read(ref _closed) != 0 || LeastLoaded() is not { } engine)
        {
            return Placement.NoEngine;
        }

        return engine.TrySubmit(job) ? Placement.Placed : Placement.Full;
    }

    private SpecialtyEngine? LeastLoaded()
    {
        SpecialtyEngine? best = null;
        var least = int.MaxValue;
        foreach (var engine in _engines)
        {
            // Of equals one that is awake: the submitter would pay for the wake-up.
            var load = (engine.Load * 2) + (engine.IsAsleep ? 1 : 0);
            if (load < least && !engine.IsParked)
            {
                least = load;
                best = engine;
            }
        }

        return best;
    }

    private Placement WaitForRoom(LaneJob job, ThreadMeter? meter)
    {
        Interlocked.Increment(ref _waits);
        meter?.Switch(CpuAccount.Idle);
        var placement = Placement.Full;
        for (var attempt = 0; attempt < AttemptsAwake && placement == Placement.Full; attempt++)
        {
            Thread.Yield();
            placement = TryPlace(job);
        }

        if (placement == Placement.Full)
        {
            placement = SleepForRoom(job);
        }

        meter?.Switch(CpuAccount.HandOver);
        return placement;
    }

    private Placement SleepForRoom(LaneJob job)
    {
        var start = Stopwatch.GetTimestamp();
        var placement = Placement.Full;
        _room.Enter();
        for (var left = _rule.LongestWait; left > TimeSpan.Zero; left = _rule.LongestWait - Stopwatch.GetElapsedTime(start))
        {
            var seen = _room.Changes;
            placement = TryPlace(job);
            if (placement != Placement.Full)
            {
                break;
            }

            _room.Wait(seen, left);
        }

        _room.Leave();
        return placement;
    }

    private bool TryTakeOldest([NotNullWhen(true)] out LaneJob? job)
    {
        foreach (var engine in _engines)
        {
            if (engine.TryTake(out job))
            {
                return true;
            }
        }

        job = null;
        return false;
    }

    private bool TakeOverdue(ThreadMeter? meter, long now)
    {
        if (!_rule.HonorPriority || SpecialtyEngine.Current is not null)
        {
            return false;
        }

        foreach (var engine in _engines)
        {
            if (engine.TryTakeOverdue(now, out var job))
            {
                Spill(job, SpillCause.Waited, meter);
                return true;
            }
        }

        return false;
    }

    private SpecialtyEngine? OwnEngine() => SpecialtyEngine.Current is { } engine && Array.IndexOf(_engines, engine) >= 0 ? engine : null;
}
