using IpsecDp.Engines;
using IpsecDp.Engines.Overload;

namespace IpsecDp.Modelling.Simulation;

/// <summary>Which engine a job goes to and which job a general processor helps with (Dispatcher of the product).</summary>
internal sealed class DispatchRules(MachineParts parts, EngineSteps engines)
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly NeedHelpRule _rule = parts.Model.Rule;
    private readonly double _alternateWait = parts.Model.Rule.AlternateWait.TotalNanoseconds;
    private readonly OverloadTrial _overload = new(NanosecondsPerSecond);
    private readonly bool _isShared = parts.Model.IsQueueShared;

    // Until then no job can have waited too long.
    private double _nextLook;
    private bool _needsHelp;

    private bool HasWork => engines.Queued.AsSpan().ContainsAnyExcept(0);

    /// <summary>The engine a job of a class waits least for, of those that are not varied off, of equals one that is awake; null without one.</summary>
    public SimulatedEngine? LeastLoaded(ServiceClass serviceClass)
    {
        SimulatedEngine? best = null;
        var least = int.MaxValue;
        foreach (var engine in parts.Engines)
        {
            // A shared queue weighs on none of its engines: the next idle one takes from it.
            var queued = _isShared || engine.Queue.Depth == 0 ? 0 : engine.Queue.DepthBefore(serviceClass);
            var load = (2 * (queued + (engine.IsBusy ? 1 : 0))) + (engine.Phase == ProcessorPhase.Sleep ? 1 : 0);
            if (load < least && !engine.IsParked)
            {
                (best, least) = (engine, load);
                if (load == 0)
                {
                    break;
                }
            }
        }

        return best;
    }

    /// <summary>Whether a general processor that has more waiting behind its batch, or not, keeps a job of so many octets, because under overload moving carries less.</summary>
    public bool Keeps(ServiceClass serviceClass, long octets, bool hasBacklog) => hasBacklog && IsWeighed(serviceClass) && _overload.Keeps((long)parts.Time.Now, octets);

    /// <summary>Tells that a job found no room before the engines, and whether more waits behind it.</summary>
    public void FindFull(ServiceClass serviceClass, long octets, bool hasBacklog)
    {
        if (hasBacklog && IsWeighed(serviceClass))
        {
            _overload.FindFull((long)parts.Time.Now, octets);
        }
    }

    /// <summary>The oldest job of the most important class, of those that general processors may run unless it is forced.</summary>
    public bool TryTakeOldest(bool isForced, out int job) => TryTake(isForced, isSpared: false, out job);

    /// <summary>The oldest job that waited too long, of the most important such class no less important than <paramref name="least"/>.</summary>
    public bool TryTakeLate(ServiceClass least, out int job)
    {
        job = JobTable.None;
        _needsHelp &= HasWork;
        if (parts.Time.Now < _nextLook || !HasWork || !IsOverdue())
        {
            return false;
        }

        for (var at = ServiceClass.EeNetwork; at <= least; at++)
        {
            foreach (var engine in parts.Engines)
            {
                if (_rule.Honors(at) && parts.Time.Now - engine.Queue.OldestAt(at) > _alternateWait && engines.TryTake(engine, at, out job))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>A job for a helper that has none of its own: from the first that waited too long on, the most important first, until no more wait than the engines take next.</summary>
    public bool TryTakeForHelp(out int job, out SpillCause cause)
    {
        (job, cause) = (JobTable.None, SpillCause.Waited);
        if (!_needsHelp && parts.Time.Now < _nextLook)
        {
            return false;
        }

        if (!HasWork)
        {
            _needsHelp = false;
            _nextLook = parts.Time.Now + _alternateWait;
            return false;
        }

        if (!_needsHelp && !IsOverdue())
        {
            return false;
        }

        if (!TryTake(isForced: false, isSpared: true, out job))
        {
            _needsHelp = false;
            return false;
        }

        parts.Counts.HelpCalls += _needsHelp ? 0 : 1;
        _needsHelp = true;
        cause = parts.Time.Now - parts.Jobs[job].SubmittedAt > _alternateWait ? SpillCause.Waited : SpillCause.Helped;
        return true;
    }

    // A helper is spared what an engine would take next, unless that is late itself.
    private bool TryTake(bool isForced, bool isSpared, out int job)
    {
        for (var at = ServiceClass.EeNetwork; at <= ServiceClass.Unclassified; at++)
        {
            if (engines.Queued[(int)at] == 0 || !(isForced || _rule.Honors(at)))
            {
                continue;
            }

            foreach (var engine in parts.Engines)
            {
                if ((!isSpared || engine.Queue.Depth > 1 || parts.Time.Now - engine.Queue.OldestAt(at) > _alternateWait) && engines.TryTake(engine, at, out job))
                {
                    return true;
                }
            }
        }

        job = JobTable.None;
        return false;
    }

    private bool IsWeighed(ServiceClass serviceClass) => _rule.KeepsWhatIsDearer && _rule.Honors(serviceClass);

    private bool IsOverdue()
    {
        var oldest = parts.Time.Now;
        for (var at = ServiceClass.EeNetwork; at <= ServiceClass.Unclassified; at++)
        {
            if (engines.Queued[(int)at] == 0 || !_rule.Honors(at))
            {
                continue;
            }

            foreach (var queue in parts.Queues)
            {
                oldest = Math.Min(oldest, queue.OldestAt(at));
            }
        }

        // Jobs that come later are younger than all that wait now.
        _nextLook = oldest + _alternateWait;
        return parts.Time.Now > _nextLook;
    }
}
