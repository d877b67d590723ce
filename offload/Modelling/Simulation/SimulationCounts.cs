using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;

namespace IpsecDp.Modelling.Simulation;

/// <summary>What was counted from the beginning up to a moment of virtual time.</summary>
internal sealed class SimulationCounts
{
    private static readonly int Causes = SpillCauses.Count;

    public double At;
    public long Offered;
    public long Lost;
    public long Delivered;
    public long DeliveredOctets;
    public long Waits;
    public long WakeUps;
    public double QueueArea;
    public double QueueWait;
    public long QueueJobs;
    public long HelpCalls;

    /// <summary>Nanoseconds of engines' threads within <see cref="Booked"/>'s hand-over.</summary>
    public double EngineHandOver;
    public WorkCount Engine;
    public WorkCount[] Spills = new WorkCount[Causes];
    public double[] Booked = new double[CpuAccounts.Count];

    /// <summary>A copy that stands still.</summary>
    public SimulationCounts Copy()
    {
        var copy = (SimulationCounts)MemberwiseClone();
        copy.Spills = [.. Spills];
        copy.Booked = [.. Booked];
        return copy;
    }
}
