using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace IpsecDp.Engines;

/// <summary>The bounded channel of jobs before one engine. The engine's thread waits by an alarm of its own, so that neither side allocates and a wake-up is paid once per sleep.</summary>
internal sealed class EngineQueue
{
    private readonly Channel<LaneJob> _channel;
    private readonly AdaptiveSpin _spin;
    private readonly Alarm _alarm = new();
    private readonly RoomGate _room;
    private readonly int _capacity;
    private readonly int _mostOctets;

    private int _depth;
    private int _octets;
    private int _highWater;
    private int _asleep;
    private long _wakeUps;

    // When a writer rang; written before it rings, read after.
    private long _rungAt;

    public EngineQueue(NeedHelpRule rule, TimeSpan longestSpin, RoomGate room)
    {
        (_capacity, _mostOctets) = (rule.QueueDepth, rule.QueueOctets);
        _channel = Channel.CreateBounded<LaneJob>(new BoundedChannelOptions(_capacity) { FullMode = BoundedChannelFullMode.Wait });
        _spin = new AdaptiveSpin(longestSpin, Environment.ProcessorCount);
        _room = room;
    }

    // A taker may count before the writer does.
    public int Depth => Math.Max(0, Volatile.Read(ref _depth));

    public int HighWater => Volatile.Read(ref _highWater);

    public bool IsAsleep => Volatile.Read(ref _asleep) != 0;

    public long WakeUps => Volatile.Read(ref _wakeUps);

    /// <summary>Queues a job; false if the queue is full or completed. After true the job is not the caller's to touch.</summary>
    public bool TryPut(LaneJob job)
    {
        // Read before the write, after which the job is another's. Several writers at once may put in a job more than fits.
        var octets = job.Bytes;
        var waiting = Volatile.Read(ref _octets);
        if ((waiting > 0 && waiting > _mostOctets - octets) || !_channel.Writer.TryWrite(job))
        {
            return false;
        }

        Interlocked.Add(ref _octets, octets);

        // Counted after the write, so that who sees the count finds the job; a full fence before the look at the sleeper.
        Raise(Math.Min(_capacity, Interlocked.Increment(ref _depth)));
        WakeSleeper();
        return true;
    }

    /// <summary>Takes the oldest job.</summary>
    public bool TryTake([NotNullWhen(true)] out LaneJob? job)
    {
        if (!_channel.Reader.TryRead(out job))
        {
            return false;
        }

        // Half a queue of room is announced at once: a wake-up per job would cost more than the job.
        var octets = Interlocked.Add(ref _octets, -job.Bytes);
        if (Interlocked.Decrement(ref _depth) <= _capacity / 2 && octets <= _mostOctets / 2)
        {
            _room.Announce();
        }

        return true;
    }

    /// <summary>Takes the oldest job if the rule calls it overdue. Between look and take an engine may take that one; the next is taken then.</summary>
    public bool TryTakeOverdue(NeedHelpRule rule, long now, [NotNullWhen(true)] out LaneJob? job)
    {
        job = null;
        return Depth > 0 && _channel.Reader.TryPeek(out var oldest) && rule.IsOverdue(oldest.SubmittedAt, now) && TryTake(out job);
    }

    /// <summary>Waits for a job, first awake, then asleep; false once the queue is completed and empty. For the engine's thread only.</summary>
    public bool AwaitWork()
    {
        var idleSince = Stopwatch.GetTimestamp();
        if (_spin.IsFulfilled(ref _depth))
        {
            _spin.Learn(Stopwatch.GetTimestamp() - idleSince);
            return true;
        }

        // A full fence between the word and the last look: a writer either sees the sleeper or is seen by it.
        Interlocked.Exchange(ref _asleep, 1);
        if (_channel.Reader.Count == 0 && !_channel.Reader.Completion.IsCompleted)
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
        return !_channel.Reader.Completion.IsCompleted;
    }

    /// <summary>Refuses further jobs; those queued can still be taken.</summary>
    public void Complete()
    {
        _channel.Writer.Complete();
        Interlocked.MemoryBarrier();
        WakeSleeper();
    }

    // The word is taken back by one writer only, so that one sleep costs one wake-up however many jobs follow.
    private void WakeSleeper()
    {
        if (Volatile.Read(ref _asleep) != 0 && Interlocked.Exchange(ref _asleep, 0) != 0)
        {
            Volatile.Write(ref _rungAt, Stopwatch.GetTimestamp());
            _alarm.Ring();
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
