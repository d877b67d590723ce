using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using IpsecDp.Engines.Overload;

namespace IpsecDp.Engines;

/// <summary>Which engine a job goes to and which job a general thread helps with; decides and counts, runs nothing.</summary>
internal sealed class Dispatcher(SpecialtyEngine[] engines, NeedHelpRule rule, RoomGate room, PoolCounters counters)
{
    private const int AttemptsAwake = 8;

    private static readonly TimeSpan ShortWait = TimeSpan.FromMilliseconds(1);

    private readonly OverloadTrial _overload = new(Stopwatch.Frequency);

    private int _closed;

    // 1 from the first job that waited too long until the queues are worked off.
    private int _needsHelp;

    /// <summary>Whether the engines asked for help and are not yet served.</summary>
    public bool NeedsHelp => Volatile.Read(ref _needsHelp) != 0;

    private bool IsClosed => Volatile.Read(ref _closed) != 0;

    /// <summary>Takes no more jobs; false when it was closed before.</summary>
    public bool Close() => Interlocked.Exchange(ref _closed, 1) == 0;

    /// <summary>Whether a general thread is to keep a job it brings, because under overload moving carries less; counts it among what decides that.</summary>
    public bool Keeps(LaneJob job) => IsWeighed(job) && HasEngineOn && _overload.Keeps(job.SubmittedAt, job.Bytes);

    /// <summary>Whether nothing waits before an engine; then whoever helps is done.</summary>
    public bool EndsHelpWhenIdle()
    {
        if (HasWork)
        {
            return false;
        }

        EndHelp();
        return true;
    }

    /// <summary>Queues a job where it waits for least; after <see cref="Placement.Placed"/> it is not the caller's to touch.</summary>
    public Placement TryPlace(LaneJob job)
    {
        if (IsClosed || LeastLoaded(job.QueuedAs) is not { } engine)
        {
            return Placement.NoEngine;
        }

        counters.Find(engine.DepthOf(job.QueuedAs));
        if (engine.TrySubmit(job))
        {
            return Placement.Placed;
        }

        if (IsWeighed(job))
        {
            _overload.FindFull(job.SubmittedAt, job.Bytes);
        }

        return Placement.Full;
    }

    /// <summary>Waits until a queue takes the job, at most as long as the rule says; meanwhile the thread serves what is more urgent to it.</summary>
    public Placement PlaceWhenRoom(LaneJob job)
    {
        counters.Wait();
        for (var attempt = 0; attempt < AttemptsAwake; attempt++)
        {
            Pause();
            if (TryPlace(job) is var placement and not Placement.Full)
            {
                return placement;
            }
        }

        return SleepForRoom(job);
    }

    /// <summary>Waits until an engine began another job, at most as long as the rule says; false at once when none is queued.</summary>
    public bool AwaitProgress()
    {
        var begun = Begun();
        var start = Stopwatch.GetTimestamp();
        for (var attempt = 0; Begun() == begun; attempt++)
        {
            if (!HasWork || IsClosed || Stopwatch.GetElapsedTime(start) > rule.LongestWait)
            {
                return false;
            }

            if (attempt < AttemptsAwake)
            {
                Pause();
            }
            else if (!UrgentWork.TryServe())
            {
                room.Enter();
                room.Wait(room.Changes, UrgentWork.Shorten(ShortWait));
                room.Leave();
            }
        }

        return true;
    }

    /// <summary>The oldest job of the most important class; without <paramref name="isForced"/> of those that general threads may run.</summary>
    public bool TryTakeOldest(bool isForced, [NotNullWhen(true)] out LaneJob? job) => TryTake(isForced, sparedAt: null, out job);

    /// <summary>The oldest job that waited too long, of the most important such class no less important than <paramref name="least"/>: for a thread that has jobs of its own in hand, and would take engines what they can run themselves.</summary>
    public bool TryTakeLate(long now, ServiceClass least, [NotNullWhen(true)] out LaneJob? job, out SpillCause cause)
    {
        (job, cause) = (null, SpillCause.Waited);
        for (var at = ServiceClass.EeNetwork; at <= least; at++)
        {
            if (!rule.Honors(at))
            {
                continue;
            }

            foreach (var engine in engines)
            {
                if (engine.IsOverdue(at, now) && engine.TryTake(at, out job))
                {
                    cause = CauseOf(job, now);
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>A job for a helper that has none of its own: from the first that waited too long on, the most important first, until no more wait than the engines take next.</summary>
    public bool TryTakeForHelp(long now, [NotNullWhen(true)] out LaneJob? job, out SpillCause cause)
    {
        (job, cause) = (null, SpillCause.Waited);
        if (!NeedsHelp && !IsOverdue(now))
        {
            return false;
        }

        if (!TryTake(isForced: false, sparedAt: now, out job))
        {
            EndHelp();
            return false;
        }

        if (Interlocked.Exchange(ref _needsHelp, 1) == 0)
        {
            counters.CallForHelp();
        }

        cause = CauseOf(job, now);
        return true;
    }

    // A helper, at a moment, is spared what an engine would take next, unless that is late itself: running what it had just brought it would leave the engines idle, and what is late where it is.
    private bool TryTake(bool isForced, long? sparedAt, [NotNullWhen(true)] out LaneJob? job)
    {
        for (var at = ServiceClass.EeNetwork; at <= ServiceClass.Unclassified; at++)
        {
            if (!isForced && !rule.Honors(at))
            {
                continue;
            }

            foreach (var engine in engines)
            {
                if ((sparedAt is not { } now || engine.Waiting > 1 || engine.IsOverdue(at, now)) && engine.TryTake(at, out job))
                {
                    return true;
                }
            }
        }

        job = null;
        return false;
    }

    private bool HasEngineOn
    {
        get
        {
            foreach (var engine in engines)
            {
                if (!engine.IsParked)
                {
                    return true;
                }
            }

            return false;
        }
    }

    private bool HasWork
    {
        get
        {
            foreach (var engine in engines)
            {
                if (engine.HasWork)
                {
                    return true;
                }
            }

            return false;
        }
    }

    // What an engine brings has nowhere else to run, and a thread that keeps up loses nothing by moving.
    private bool IsWeighed(LaneJob job) => rule.KeepsWhatIsDearer && rule.Honors(job.QueuedAs) && Backlog.OfThisThread && SpecialtyEngine.Current is null && !IsClosed;

    // The late one may have been taken since it was seen, and this be the one behind it.
    private SpillCause CauseOf(LaneJob job, long now) => rule.IsOverdue(job.SubmittedAt, now) ? SpillCause.Waited : SpillCause.Helped;

    private void EndHelp()
    {
        if (NeedsHelp)
        {
            Volatile.Write(ref _needsHelp, 0);
        }
    }

    private bool IsOverdue(long now)
    {
        for (var at = ServiceClass.EeNetwork; at <= ServiceClass.Unclassified; at++)
        {
            if (!rule.Honors(at))
            {
                continue;
            }

            foreach (var engine in engines)
            {
                if (engine.IsOverdue(at, now))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private SpecialtyEngine? LeastLoaded(ServiceClass serviceClass)
    {
        SpecialtyEngine? best = null;
        var least = int.MaxValue;
        foreach (var engine in engines)
        {
            // Of equals one that is awake: the submitter would pay for the wake-up.
            var load = (engine.LoadBefore(serviceClass) * 2) + (engine.IsAsleep ? 1 : 0);
            if (load < least && !engine.IsParked)
            {
                least = load;
                best = engine;
            }
        }

        return best;
    }

    private Placement SleepForRoom(LaneJob job)
    {
        var start = Stopwatch.GetTimestamp();
        var placement = Placement.Full;
        room.Enter();
        for (var left = rule.LongestWait; left > TimeSpan.Zero; left = rule.LongestWait - Stopwatch.GetElapsedTime(start))
        {
            var seen = room.Changes;
            placement = TryPlace(job);
            if (placement != Placement.Full)
            {
                break;
            }

            if (!UrgentWork.TryServe())
            {
                room.Wait(seen, UrgentWork.Shorten(left));
            }
        }

        room.Leave();
        return placement;
    }

    private static void Pause()
    {
        if (!UrgentWork.TryServe())
        {
            Thread.Yield();
        }
    }

    private long Begun()
    {
        var begun = 0L;
        foreach (var engine in engines)
        {
            begun += engine.Begun;
        }

        return begun;
    }
}
