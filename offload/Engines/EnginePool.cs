using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Pinning;

namespace IpsecDp.Engines;

/// <summary>Specialty engines behind one <see cref="Submit"/> that neither loses work nor blocks for ever: what no engine can take, the submitting thread runs itself, and the cause is counted.</summary>
public sealed class EnginePool : IDisposable
{
    [ThreadStatic]
    private static bool _isTakingOver;

    private readonly EnginePoolModel _model;
    private readonly SpecialtyEngine[] _engines;
    private readonly NeedHelpRule _rule;
    private readonly JobRunner _runner = new();
    private readonly RoomGate _room = new();
    private readonly PoolCounters _counters = new();
    private readonly Dispatcher _dispatcher;
    private readonly DeliveryThread? _deliverer;

    /// <summary>Starts the engines; their CPU time is booked in the ledger. Throws <see cref="ArgumentOutOfRangeException"/> on a model that makes no sense.</summary>
    public EnginePool(EnginePoolModel model, CpuLedger ledger)
    {
        model.Validate();
        (_model, _rule) = (model, model.Rule);
        _deliverer = model.Delivery == DeliveryRule.HandedBack && model.Engines > 0 ? new DeliveryThread(model, _runner, ledger) : null;
        _engines = new SpecialtyEngine[model.Engines];
        for (var index = 0; index < _engines.Length; index++)
        {
            _engines[index] = new SpecialtyEngine(index, model, _runner, _room, _deliverer, ledger);
        }

        _dispatcher = new Dispatcher(_engines, _rule, _room, _counters);
        _deliverer?.Start();
        foreach (var engine in _engines)
        {
            engine.Start();
        }
    }

    /// <summary>How many engines the pool has, parked ones included.</summary>
    public int Engines => _engines.Length;

    /// <summary>Jobs of one class the queues of all engines hold.</summary>
    public int QueueCapacity => _engines.Length * _rule.QueueDepth;

    /// <summary>The first exception out of a job or delivery, or null; the whole snapshot without its cost.</summary>
    public Exception? FirstFault => _runner.Faults.First;

    /// <summary>Whether the engines asked for help that goes on until their queues are worked off.</summary>
    public bool NeedsHelp => _dispatcher.NeedsHelp;

    /// <summary>Hands over a job that was opened in its lane; it may be run and delivered before this returns, by this thread too. The caller holds no lock a delivery wants, and does not touch the job again.</summary>
    public void Submit(LaneJob job)
    {
        var meter = ThreadMeter.Current;
        _counters.Submit(job);
        if (!_model.IpSecurity || _engines.Length == 0)
        {
            Keep(job, meter);
            return;
        }

        var now = _model.Time.GetTimestamp();
        job.SubmittedAt = now;
        job.BroughtFrom = ThreadBinding.Processor;
        if (!_model.QueuesByClass)
        {
            job.QueuedAs = ServiceClass.Unclassified;
        }

        // Who brings an important job has more of them in hand: it runs no late one that matters less.
        var least = job.QueuedAs;
        if (job.Bytes >= _rule.SmallestJob && _dispatcher.Keeps(job))
        {
            // What is kept because moving is dear pays for as little of moving as can be: no account of it is opened.
            var before = meter?.Slot;
            _counters.Spill(job, SpillCause.Dearer);
            _runner.RunSpilled(job, meter, SpillCause.Dearer, _model.StampOf(now));
            RunLate(meter, least);
            Restore(meter, before);
            return;
        }

        var former = meter?.Switch(HandOverHere(), _model.StampOf(now));
        if (job.Bytes < _rule.SmallestJob)
        {
            Spill(job, SpillCause.TooSmall, meter);
        }
        else
        {
            Place(job, meter);
        }

        RunLate(meter, least);
        Restore(meter, former);
    }

    /// <summary>Runs the oldest job of the most important class if the engines need help: from the first that waited too long until no more wait than the engines take next. For a general thread before it blocks, as often as it says true.</summary>
    public bool Help()
    {
        if (_engines.Length == 0 || _dispatcher.EndsHelpWhenIdle())
        {
            return false;
        }

        var meter = ThreadMeter.Current;
        var now = _model.Time.GetTimestamp();
        var former = meter?.Switch(HandOverHere(), _model.StampOf(now));
        var helped = TakeForHelp(meter, now);
        Restore(meter, former);
        return helped;
    }

    /// <summary>Runs the oldest job of a queue, however short it has waited, because the caller can bring no more before one is done; a spill for <see cref="SpillCause.Full"/>. Where general threads may not run it, waits until an engine began another. False when none is queued, or within such a job.</summary>
    public bool TakeOver()
    {
        if (_isTakingOver)
        {
            return false;
        }

        var own = OwnEngine();
        if (!_dispatcher.TryTakeOldest(isForced: own is not null, out var job))
        {
            if (AwaitProgress())
            {
                return true;
            }

            // The rule's longest wait is over.
            if (!_dispatcher.TryTakeOldest(isForced: true, out job))
            {
                return false;
            }
        }

        var meter = ThreadMeter.Current;
        var former = meter?.Slot;
        _isTakingOver = true;
        if (own is not null)
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
    public EnginePoolSnapshot Snapshot() => _counters.Read(_engines, _runner.Faults, _deliverer?.Delivered ?? 0);

    /// <summary>Stops taking, lets the engines run what is queued and ends their threads; what is submitted afterwards runs on its submitter.</summary>
    public void Dispose()
    {
        if (OwnEngine() is not null || _deliverer is { IsCurrent: true })
        {
            throw new InvalidOperationException("a pool is not closed from one of its own engines");
        }

        if (!_dispatcher.Close())
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

        _deliverer?.Close();
    }

    private static int HandOverHere() => SpecialtyEngine.Current is null ? CpuSlot.Of(CpuAccount.HandOver) : CpuSlot.HandOverOnEngine;

    private static void Restore(ThreadMeter? meter, int? former)
    {
        if (former is { } slot)
        {
            meter?.Switch(slot);
        }
    }

    private bool AwaitProgress()
    {
        var meter = ThreadMeter.Current;
        var former = meter?.Switch(CpuSlot.Of(CpuAccount.Spin));
        var isGoingOn = _dispatcher.AwaitProgress();
        Restore(meter, former);
        return isGoingOn;
    }

    // Without engines, or with nothing eligible, the submitter runs it: projected, or as work of its own.
    private void Keep(LaneJob job, ThreadMeter? meter)
    {
        var former = meter?.Slot;
        if (_model.IpSecurity)
        {
            _counters.Project(job);
            _runner.RunProjected(job, meter);
        }
        else
        {
            _counters.KeepAsGeneral(job);
            _runner.RunAsGeneral(job, meter);
        }

        Restore(meter, former);
    }

    private void Spill(LaneJob job, SpillCause cause, ThreadMeter? meter)
    {
        _counters.Spill(job, cause);
        _runner.RunSpilled(job, meter, cause);
        meter?.Switch(CpuSlot.Of(CpuAccount.HandOver));
    }

    private void Place(LaneJob job, ThreadMeter? meter)
    {
        var placement = _dispatcher.TryPlace(job);
        if (placement == Placement.Placed)
        {
            return;
        }

        if (OwnEngine() is { } own)
        {
            // An engine that waited for room would wait for itself.
            own.RunAtOnce(job, meter);
            meter?.Switch(CpuSlot.HandOverOnEngine);
            return;
        }

        if (placement == Placement.Full && !_rule.Honors(job.QueuedAs))
        {
            meter?.Switch(CpuAccount.Spin);
            placement = _dispatcher.PlaceWhenRoom(job);
            meter?.Switch(CpuAccount.HandOver);
        }

        if (placement != Placement.Placed)
        {
            Spill(job, CauseOf(placement), meter);
        }
    }

    private static SpillCause CauseOf(Placement placement) => placement switch
    {
        Placement.Full => SpillCause.Full,
        _ => SpillCause.Parked,
    };

    // By a clock read anew: a wait for room may have been long.
    private void RunLate(ThreadMeter? meter, ServiceClass least)
    {
        if (SpecialtyEngine.Current is null && !_dispatcher.EndsHelpWhenIdle() && _dispatcher.TryTakeLate(_model.Time.GetTimestamp(), least, out var job, out var cause))
        {
            Spill(job, cause, meter);
        }
    }

    private bool TakeForHelp(ThreadMeter? meter, long now)
    {
        if (SpecialtyEngine.Current is not null || !_dispatcher.TryTakeForHelp(now, out var job, out var cause))
        {
            return false;
        }

        Spill(job, cause, meter);
        return true;
    }

    private SpecialtyEngine? OwnEngine() => SpecialtyEngine.Current is { } engine && Array.IndexOf(_engines, engine) >= 0 ? engine : null;
}
