using IpsecDp.Engines.Accounting;

namespace IpsecDp.Engines;

/// <summary>Runs a job and closes it in its lane, with the CPU time of both legs booked to the job's class; the same on engines and on general threads.</summary>
internal sealed class JobRunner
{
    public FaultLog Faults { get; } = new();

    /// <summary>As an engine does it, from a moment of the Stopwatch that is now; what it ran goes to <paramref name="deliverer"/> where that has room.</summary>
    public void RunOnEngine(LaneJob job, ThreadMeter? meter, DeliveryThread? deliverer, long now)
    {
        // Asked before the job is another's.
        var serviceClass = job.Class;
        meter?.Switch(CpuSlot.Of(CpuAccount.SpecialtyEligible, serviceClass), now);
        Run(job, isBroughtByAnother: true);
        if (deliverer is not null)
        {
            meter?.Switch(CpuSlot.HandOverOnEngine);
            if (deliverer.TryPut(job))
            {
                return;
            }
        }

        Close(job, meter, CpuSlot.Of(CpuAccount.SpecialtyOther, serviceClass));
    }

    /// <summary>As a general thread does work an engine could have done, for a cause.</summary>
    public void RunSpilled(LaneJob job, ThreadMeter? meter, SpillCause cause) => RunOnGeneral(job, meter, CpuSlot.Of(cause, job.Class));

    /// <summary>The same from a moment of the Stopwatch that is now.</summary>
    public void RunSpilled(LaneJob job, ThreadMeter? meter, SpillCause cause, long now)
    {
        meter?.Switch(CpuSlot.Of(cause, job.Class), now);
        RunSpilled(job, meter, cause);
    }

    /// <summary>As a general thread does work that would have moved if there were an engine.</summary>
    public void RunProjected(LaneJob job, ThreadMeter? meter) => RunOnGeneral(job, meter, CpuSlot.Of(CpuAccount.EligibleOnGeneral, job.Class));

    /// <summary>As a general thread does work that is its own.</summary>
    public void RunAsGeneral(LaneJob job, ThreadMeter? meter) => RunOnGeneral(job, meter, CpuSlot.Of(CpuAccount.General, job.Class));

    /// <summary>Delivers a job that was run, and what waits behind it in its lane.</summary>
    public void Close(LaneJob job, ThreadMeter? meter, int slot)
    {
        meter?.Switch(slot);
        var lane = job.Lane ?? throw new ArgumentException("the job was opened in no lane", nameof(job));
        try
        {
            lane.Close(job);
        }
        catch (Exception fault)
        {
            Faults.Record(fault);
        }
    }

    private void RunOnGeneral(LaneJob job, ThreadMeter? meter, int slot)
    {
        var serviceClass = job.Class;
        meter?.Switch(slot);
        Run(job, isBroughtByAnother: false);
        Close(job, meter, CpuSlot.Of(CpuAccount.General, serviceClass));
    }

    private void Run(LaneJob job, bool isBroughtByAnother)
    {
        try
        {
            if (isBroughtByAnother)
            {
                job.Fetch();
            }

            job.Run();
        }
        catch (Exception fault)
        {
            // The lane must not wait for a job that failed; its owner sees Faulted in Deliver and lets nothing out.
            job.Faulted = true;
            Faults.Record(fault);
        }
    }
}
