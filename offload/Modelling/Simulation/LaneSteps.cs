using IpsecDp.Engines.Accounting;

namespace IpsecDp.Modelling.Simulation;

/// <summary>Running and delivering, the same on engines and general processors: JobRunner and OrderedLane of the product.</summary>
internal sealed class LaneSteps(MachineParts parts)
{
    private readonly VirtualTime _time = parts.Time;
    private readonly JobTable _jobs = parts.Jobs;

    /// <summary>Lets a processor seal or open a job.</summary>
    public void Run(SimulatedProcessor processor, int number, double handOver, CpuAccount account)
    {
        processor.Job = number;
        ref var job = ref _jobs[number];
        var draws = DrawsOf(job);
        var work = job.Origin == processor.Index
            ? draws.Run.Next(job.Packets, job.Octets, parts.Dice)
            : draws.RunRemote.Next(job.Packets, job.Octets, parts.Dice);
        _time.Begin(processor, ProcessorPhase.Run, work + handOver, account);

        // One step instead of two: what taking the job costs is booked at once, and is missing when the step is booked.
        processor.Move(handOver / processor.Rate, CpuAccount.HandOver);
    }

    /// <summary>The job in hand was run: closes it, and delivers where it is this processor's turn; false where the processor goes on.</summary>
    public bool TryCloseAfterRun(SimulatedProcessor processor)
    {
        _jobs[processor.Job].RanBy = processor.Index;
        if (!parts.Lanes.TryClose(processor.Job, out var head))
        {
            return false;
        }

        Deliver(processor, head);
        return true;
    }

    /// <summary>The job in hand was delivered: goes on with the next of the lane; false where the processor goes on.</summary>
    public bool TryAdvanceAfterDelivery(SimulatedProcessor processor)
    {
        var number = processor.Job;
        ref var job = ref _jobs[number];
        var latency = parts.Latencies[job.Stream];
        foreach (var arrivedAt in _jobs.ArrivalsOf(number))
        {
            latency.Record((long)(_time.Now - arrivedAt));
        }

        parts.Counts.Delivered += job.Packets;
        parts.Counts.DeliveredOctets += job.Octets;
        parts.Generals[job.Origin].TakeBack(job.Packets, job.RanBy != job.Origin, processor.Index != job.Origin);
        var isNext = parts.Lanes.TryAdvance(job.Lane, out var next);
        _jobs.Return(number);
        if (isNext)
        {
            Deliver(processor, next);
        }

        return isNext;
    }

    private void Deliver(SimulatedProcessor processor, int number)
    {
        processor.Job = number;
        ref var job = ref _jobs[number];
        var draws = DrawsOf(job);
        var draw = job.RanBy != processor.Index ? draws.DeliverOfOthers : job.Origin != processor.Index ? draws.DeliverRemote : draws.Deliver;
        var work = draw.Next(job.Packets, job.Octets, parts.Dice);
        _time.Begin(processor, ProcessorPhase.Deliver, work, processor is SimulatedEngine ? CpuAccount.SpecialtyOther : CpuAccount.General);
    }

    private PathDraws DrawsOf(in SimulatedJob job) => parts.Draws[parts.StreamPath[job.Stream]];
}
