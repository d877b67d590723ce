using System.Diagnostics.CodeAnalysis;

namespace IpsecDp.Engines;

/// <summary>The jobs of one class that wait at one engine, oldest first; full by jobs or by octets. For many writers and takers without a lock (after D. Vyukov's bounded queue): they meet at a job's place, and of the other side's counters only who asks how many wait reads.</summary>
internal sealed class ClassQueue
{
    // Set in the writers' position: no more is taken.
    private const long Completed = long.MinValue;

    private readonly NeedHelpRule _rule;
    private readonly QueuePlace[] _places;
    private QueueEnd _written;
    private QueueEnd _taken;

    public ClassQueue(NeedHelpRule rule)
    {
        _rule = rule;
        _places = new QueuePlace[rule.QueueDepth];
        for (var at = 0; at < _places.Length; at++)
        {
            _places[at].Turn = FreeAt(at);
        }
    }

    // What was taken is read first, so that it never exceeds what was written.
    public int Depth
    {
        get
        {
            var taken = Volatile.Read(ref _taken.Position);
            return (int)Math.Min((Volatile.Read(ref _written.Position) & ~Completed) - taken, _rule.QueueDepth);
        }
    }

    /// <summary>Whether no more is taken and all was.</summary>
    public bool IsDone => Volatile.Read(ref _written.Position) is < 0 and var written && (written & ~Completed) == Volatile.Read(ref _taken.Position);

    /// <summary>Whether half of it is free, which is announced at once: a wake-up per job would cost more than the job.</summary>
    public bool HasRoom => Depth <= _rule.QueueDepth / 2 && Octets <= _rule.QueueOctets / 2;

    private long Octets
    {
        get
        {
            var taken = Volatile.Read(ref _taken.Octets);
            return Volatile.Read(ref _written.Octets) - taken;
        }
    }

    /// <summary>Queues a job; false if the queue is full or completed. After true the job is not the caller's to touch.</summary>
    public bool TryPut(LaneJob job)
    {
        // Several writers at once may put in a job more than fits.
        var octets = job.Bytes;
        var waiting = Octets;
        if (waiting > 0 && waiting > _rule.QueueOctets - octets)
        {
            return false;
        }

        for (var position = Volatile.Read(ref _written.Position); position >= 0; position = Volatile.Read(ref _written.Position))
        {
            ref var place = ref PlaceOf(position);
            var turn = Volatile.Read(ref place.Turn);
            if (turn < FreeAt(position) && Volatile.Read(ref _written.Position) == position)
            {
                return false;
            }

            if (turn == FreeAt(position) && Interlocked.CompareExchange(ref _written.Position, position + 1, position) == position)
            {
                (place.Job, place.Octets, place.SubmittedAt) = (job, octets, job.SubmittedAt);
                Interlocked.Add(ref _written.Octets, octets);
                Volatile.Write(ref place.Turn, FilledAt(position));
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes the oldest job.</summary>
    public bool TryTake([NotNullWhen(true)] out LaneJob? job)
    {
        while (true)
        {
            var position = Volatile.Read(ref _taken.Position);
            ref var place = ref PlaceOf(position);
            var turn = Volatile.Read(ref place.Turn);
            if (turn < FilledAt(position) && Volatile.Read(ref _taken.Position) == position)
            {
                job = null;
                return false;
            }

            if (turn == FilledAt(position) && Interlocked.CompareExchange(ref _taken.Position, position + 1, position) == position)
            {
                var octets = place.Octets;
                (job, place.Job) = (place.Job!, null);
                Volatile.Write(ref place.Turn, FreeAt(position + _places.Length));
                Interlocked.Add(ref _taken.Octets, octets);
                return true;
            }
        }
    }

    /// <summary>Whether the oldest job has waited too long.</summary>
    public bool IsOverdue(long now)
    {
        var position = Volatile.Read(ref _taken.Position);
        ref var place = ref PlaceOf(position);
        if (Volatile.Read(ref place.Turn) != FilledAt(position))
        {
            return false;
        }

        // The oldest, if nobody took it meanwhile.
        var submittedAt = Volatile.Read(ref place.SubmittedAt);
        return _rule.IsOverdue(submittedAt, now) && Volatile.Read(ref place.Turn) == FilledAt(position);
    }

    /// <summary>Refuses further jobs; those queued can still be taken.</summary>
    public void Complete() => Interlocked.Or(ref _written.Position, Completed);

    // Twice the position and not the position, so that in a queue of one place free and filled differ.
    private static long FreeAt(long position) => 2 * position;

    private static long FilledAt(long position) => (2 * position) + 1;

    private ref QueuePlace PlaceOf(long position) => ref _places[(int)((ulong)position % (ulong)_places.Length)];
}
