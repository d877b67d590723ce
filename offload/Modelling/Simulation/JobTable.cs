namespace IpsecDp.Modelling.Simulation;

/// <summary>All jobs under way, by number; those given back are used again, so that a simulation allocates none once it runs.</summary>
internal sealed class JobTable(int mostPackets)
{
    /// <summary>No job.</summary>
    public const int None = -1;

    private SimulatedJob[] _jobs = [];
    private double[] _arrivals = [];
    private int _free = None;

    /// <summary>The job of a number; the reference holds until the next <see cref="Take"/>.</summary>
    public ref SimulatedJob this[int job] => ref _jobs[job];

    /// <summary>When its packets arrived.</summary>
    public ReadOnlySpan<double> ArrivalsOf(int job) => _arrivals.AsSpan(job * mostPackets, _jobs[job].Packets);

    /// <summary>A fresh job of a lane.</summary>
    public int Take(int lane, int stream, int origin)
    {
        if (_free == None)
        {
            Grow();
        }

        var job = _free;
        ref var taken = ref _jobs[job];
        _free = taken.NextInQueue;
        taken = new SimulatedJob { Lane = lane, Stream = stream, Origin = origin, NextInLane = None, NextInQueue = None, RanBy = None };
        return job;
    }

    /// <summary>Adds a packet.</summary>
    public void Add(int job, in WaitingPacket packet)
    {
        ref var owner = ref _jobs[job];
        _arrivals[(job * mostPackets) + owner.Packets++] = packet.At;
        owner.Octets += packet.Octets;
    }

    /// <summary>Takes one back.</summary>
    public void Return(int job)
    {
        _jobs[job].NextInQueue = _free;
        _free = job;
    }

    private void Grow()
    {
        var before = _jobs.Length;
        Array.Resize(ref _jobs, Math.Max(256, 2 * before));
        Array.Resize(ref _arrivals, _jobs.Length * mostPackets);
        for (var job = _jobs.Length - 1; job >= before; job--)
        {
            Return(job);
        }
    }
}
