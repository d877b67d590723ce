using IpsecDp.Engines;

namespace IpsecDp.Modelling.Simulation;

/// <summary>The queues before an engine, or before several that share them, one for each class, each full by jobs or by octets (EngineQueue and ClassQueue of the product).</summary>
internal sealed class SimulatedQueue(JobTable jobs, NeedHelpRule rule, int engines)
{
    private readonly long _mostJobs = (long)rule.QueueDepth * engines;
    private readonly long[] _mostOctets = [.. ServiceClasses.All.Select(serviceClass => engines * rule.OctetsOf(serviceClass))];
    private readonly int[] _head = [.. Enumerable.Repeat(JobTable.None, ServiceClasses.Count)];
    private readonly int[] _tail = [.. Enumerable.Repeat(JobTable.None, ServiceClasses.Count)];
    private readonly int[] _depth = new int[ServiceClasses.Count];
    private readonly long[] _octets = new long[ServiceClasses.Count];
    private double _countedTo;

    /// <summary>Jobs of all classes.</summary>
    public int Depth { get; private set; }

    public int HighWater { get; private set; }

    /// <summary>Jobs times nanoseconds they waited, up to the last change.</summary>
    public double Area { get; private set; }

    /// <summary>Whether half of a class's queue is free, at which room is announced.</summary>
    public bool HasRoom(ServiceClass at) => _depth[(int)at] <= _mostJobs / 2 && _octets[(int)at] <= _mostOctets[(int)at] / 2;

    /// <summary>Jobs of a class and of more important ones.</summary>
    public int DepthBefore(ServiceClass serviceClass)
    {
        var depth = 0;
        for (var at = 0; at <= (int)serviceClass && depth < Depth; at++)
        {
            depth += _depth[at];
        }

        return depth;
    }

    /// <summary>When the oldest job of a class was submitted; infinity without one.</summary>
    public double OldestAt(ServiceClass at) => _head[(int)at] is var head && head == JobTable.None ? double.PositiveInfinity : jobs[head].SubmittedAt;

    /// <summary>Appends a job; false if its class's queue is full.</summary>
    public bool TryPut(int job, ServiceClass serviceClass, double now)
    {
        var (at, octets) = ((int)serviceClass, jobs[job].Octets);
        if (_depth[at] >= _mostJobs || (_octets[at] > 0 && _octets[at] > _mostOctets[at] - octets))
        {
            return false;
        }

        CountTo(now);
        if (_head[at] == JobTable.None)
        {
            _head[at] = job;
        }
        else
        {
            jobs[_tail[at]].NextInQueue = job;
        }

        _tail[at] = job;
        _depth[at]++;
        _octets[at] += octets;
        HighWater = Math.Max(HighWater, ++Depth);
        return true;
    }

    /// <summary>Takes the oldest job of the most important class that has one.</summary>
    public bool TryTake(double now, out int job)
    {
        for (var at = 0; Depth > 0; at++)
        {
            if (TryTake((ServiceClass)at, now, out job))
            {
                return true;
            }
        }

        job = JobTable.None;
        return false;
    }

    /// <summary>Takes the oldest job of a class.</summary>
    public bool TryTake(ServiceClass serviceClass, double now, out int job)
    {
        var at = (int)serviceClass;
        job = _head[at];
        if (job == JobTable.None)
        {
            return false;
        }

        CountTo(now);
        ref var taken = ref jobs[job];
        _head[at] = taken.NextInQueue;
        taken.NextInQueue = JobTable.None;
        _depth[at]--;
        _octets[at] -= taken.Octets;
        Depth--;
        return true;
    }

    /// <summary>Counts the waiting up to a moment.</summary>
    public void CountTo(double now)
    {
        Area += Depth * (now - _countedTo);
        _countedTo = now;
    }
}
