using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Sleep;

namespace IpsecDp.Engines;

/// <summary>The jobs before one engine, a bounded queue for each class, the most important taken first. The engine's thread waits by an alarm of its own, so that neither side allocates and a wake-up is paid once per sleep.</summary>
internal sealed class EngineQueue
{
    private readonly ClassQueue[] _classes;
    private readonly AdaptiveSpin _spin;
    private readonly Alarm _alarm = new();
    private readonly RoomGate _room;

    private int _depth;
    private int _highWater;
    private int _asleep;
    private long _wakeUps;

    // When a writer rang; written before it rings, read after.
    private long _rungAt;

    public EngineQueue(NeedHelpRule rule, TimeSpan longestSpin, RoomGate room)
    {
        _classes = [.. ServiceClasses.All.Select(serviceClass => new ClassQueue(rule, serviceClass))];
        _spin = new AdaptiveSpin(longestSpin, Environment.ProcessorCount);
        _room = room;
    }

    // A taker may count before the writer does.
    public int Depth => Math.Max(0, Volatile.Read(ref _depth));

    public int HighWater => Volatile.Read(ref _highWater);

    public bool IsAsleep => Volatile.Read(ref _asleep) != 0;

    public long WakeUps => Volatile.Read(ref _wakeUps);

    /// <summary>Jobs of a class that wait.</summary>
    public int DepthOf(ServiceClass serviceClass) => _classes[(int)serviceClass].Depth;

    /// <summary>Queues a job by its class; false if that queue is full or completed. After true the job is not the caller's to touch.</summary>
    public bool TryPut(LaneJob job)
    {
        if (!_classes[(int)job.QueuedAs].TryPut(job))
        {
            return false;
        }

        // A full fence before the look at the sleeper.
        Raise(Interlocked.Increment(ref _depth));
        WakeSleeper();
        return true;
    }

    /// <summary>Takes the oldest job of the most important class that has one.</summary>
    public bool TryTake([NotNullWhen(true)] out LaneJob? job)
    {
        if (Volatile.Read(ref _depth) > 0)
        {
            foreach (var queue in _classes)
            {
                if (TryTake(queue, out job))
                {
                    return true;
                }
            }
        }

        job = null;
        return false;
    }

    /// <summary>Takes the oldest job of a class.</summary>
    public bool TryTake(ServiceClass serviceClass, [NotNullWhen(true)] out LaneJob? job) => TryTake(_classes[(int)serviceClass], out job);

    /// <summary>Whether the oldest job of a class has waited too long.</summary>
    public bool IsOverdue(ServiceClass serviceClass, long now) => _classes[(int)serviceClass].IsOverdue(now);

    /// <summary>Waits for a job, first awake, then asleep; false once the queue is completed and empty. For the engine's thread only.</summary>
    public bool AwaitWork(ThreadMeter meter)
    {
        var idleSince = Stopwatch.GetTimestamp();
        meter.Switch(CpuAccount.Spin);
        if (_spin.IsFulfilled(ref _depth))
        {
            _spin.Learn(Stopwatch.GetTimestamp() - idleSince);
            return true;
        }

        meter.Switch(CpuAccount.Idle);

        // A full fence between the word and the last look: a writer either sees the sleeper or is seen by it.
        Interlocked.Exchange(ref _asleep, 1);
        if (Volatile.Read(ref _depth) <= 0 && !IsDone)
        {
            _alarm.Sleep();
            Volatile.Write(ref _wakeUps, _wakeUps + 1);
        }
        else if (Interlocked.Exchange(ref _asleep, 0) == 0)
        {
            // A writer took the word back and rings; the next sleep must not end by that.
            _alarm.Sleep();
        }
        else
        {
            Volatile.Write(ref _rungAt, Stopwatch.GetTimestamp());
        }

        // Up to the ring and not to the waking: that the machine wakes slowly is a reason to stay awake, not to sleep.
        _spin.Learn(Volatile.Read(ref _rungAt) - idleSince);
        return !IsDone;
    }

    /// <summary>Refuses further jobs; those queued can still be taken.</summary>
    public void Complete()
    {
        foreach (var queue in _classes)
        {
            queue.Complete();
        }

        Interlocked.MemoryBarrier();
        WakeSleeper();
    }

    private bool IsDone
    {
        get
        {
            foreach (var queue in _classes)
            {
                if (!queue.IsDone)
                {
                    return false;
                }
            }

            return true;
        }
    }

    private bool TryTake(ClassQueue queue, [NotNullWhen(true)] out LaneJob? job)
    {
        if (!queue.TryTake(out job))
        {
            return false;
        }

        Interlocked.Decrement(ref _depth);
        if (_room.IsAwaited && queue.HasRoom)
        {
            _room.Announce();
        }

        return true;
    }

    // The word is taken back by one writer only, so that one sleep costs one wake-up however many jobs follow.
    private void WakeSleeper()
    {
        if (Volatile.Read(ref _asleep) != 0 && Interlocked.Exchange(ref _asleep, 0) != 0)
        {
            var now = Stopwatch.GetTimestamp();
            Volatile.Write(ref _rungAt, now);
            _alarm.Ring();
            _spin.LearnWakeUp(Stopwatch.GetTimestamp() - now);
        }
    }

    private void Raise(int depth)
    {
        var high = Volatile.Read(ref _highWater);
        while (depth > high)
        {
            var seen = Interlocked.CompareExchange(ref _highWater, depth, high);
            if (seen == high)
            {
                return;
            }

            high = seen;
        }
    }
}
