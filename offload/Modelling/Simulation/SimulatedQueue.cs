namespace IpsecDp.Modelling.Simulation;

/// <summary>The queue before an engine: a list for each priority, full by jobs or by octets of all together.</summary>
internal sealed class SimulatedQueue(JobTable jobs, int priorities, long mostJobs, long mostOctets)
{
    private readonly int[] _head = [.. Enumerable.Repeat(JobTable.None, priorities)];
    private readonly int[] _tail = [.. Enumerable.Repeat(JobTable.None, priorities)];
    private long _octets;
    private double _countedTo;

    public int Depth { get; private set; }

    public int HighWater { get; private set; }

    /// <summary>Jobs times nanoseconds they waited, up to the last change.</summary>
    public double Area { get; private set; }

    /// <summary>When the oldest waiting job was submitted; infinity without one.</summary>
    public double OldestAt { get; private set; } = double.PositiveInfinity;

    /// <summary>Whether half of it is free, at which room is announced.</summary>
    public bool HasMuchRoom => Depth <= mostJobs / 2 && _octets <= mostOctets / 2;

    /// <summary>Appends a job; false if the queue is full.</summary>
    public bool TryPut(int job, int priority, double now)
    {
        var octets = jobs[job].Octets;
        if (Depth >= mostJobs || (_octets > 0 && _octets > mostOctets - octets))
        {
            return false;
        }

        CountTo(now);
        if (_head[priority] == JobTable.None)
        {
            _head[priority] = job;
        }
        else
        {
            jobs[_tail[priority]].NextInQueue = job;
        }

        _tail[priority] = job;
        _octets += octets;
        HighWater = Math.Max(HighWater, ++Depth);
        OldestAt = Math.Min(OldestAt, jobs[job].SubmittedAt);
        return true;
    }

    /// <summary>Takes the oldest job of the first priority that has one.</summary>
    public bool TryTake(double now, out int job)
    {
        for (var priority = 0; priority < _head.Length; priority++)
        {
            if (_head[priority] != JobTable.None)
            {
                job = Take(priority, now);
                return true;
            }
        }

        job = JobTable.None;
        return false;
    }

    /// <summary>Takes the first job the rule calls overdue whose class general processors help.</summary>
    public bool TryTakeOverdue(double submittedBefore, ReadOnlySpan<bool> isHelped, double now, out int job)
    {
        for (var priority = 0; priority < _head.Length; priority++)
        {
            var head = _head[priority];
            if (head != JobTable.None && jobs[head].SubmittedAt < submittedBefore && isHelped[jobs[head].Stream])
            {
                job = Take(priority, now);
                return true;
            }
        }

        job = JobTable.None;
        return false;
    }

    /// <summary>Counts the waiting up to a moment.</summary>
    public void CountTo(double now)
    {
        Area += Depth * (now - _countedTo);
        _countedTo = now;
    }

    private int Take(int priority, double now)
    {
        CountTo(now);
        var job = _head[priority];
        _head[priority] = jobs[job].NextInQueue;
        jobs[job].NextInQueue = JobTable.None;
        _octets -= jobs[job].Octets;
        Depth--;
        var oldest = double.PositiveInfinity;
        foreach (var head in _head)
        {
            if (head != JobTable.None)
            {
                oldest = Math.Min(oldest, jobs[head].SubmittedAt);
            }
        }

        OldestAt = oldest;
        return job;
    }
}
