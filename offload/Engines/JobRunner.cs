using IpsecDp.Engines.Accounting;

namespace IpsecDp.Engines;

/// <summary>Runs a job and closes it in its lane, with the CPU time of both legs booked; the same on engines and on general threads.</summary>
internal sealed class JobRunner
{
    public FaultLog Faults { get; } = new();

    /// <summary>As an engine does it.</summary>
    public void RunOnEngine(LaneJob job, ThreadMeter? meter) => Run(job, meter, CpuAccount.SpecialtyEligible, CpuAccount.SpecialtyOther);

    /// <summary>As a general thread does it.</summary>
    public void RunOnGeneral(LaneJob job, ThreadMeter? meter) => Run(job, meter, CpuAccount.EligibleOnGeneral, CpuAccount.General);

    private void Run(LaneJob job, ThreadMeter? meter, CpuAccount run, CpuAccount deliver)
    {
        var lane = job.Lane ?? throw new ArgumentException("the job was opened in no lane", nameof(job));
        meter?.Switch(run);
        try
        {
            job.Run();
        }
        catch (Exception fault)
        {
            // The lane must not wait for a job that failed; its owner sees Faulted in Deliver and lets nothing out.
            job.Faulted = true;
            Faults.Record(fault);
        }

        meter?.Switch(deliver);
        try
        {
            lane.Close(job);
        }
        catch (Exception fault)
        {
            Faults.Record(fault);
        }
    }
}
