using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;

namespace IpsecDp.Modelling.Projection;

/// <summary>Trials in which a general thread and an engine share the work, both busy all the time, taken together: with a queue of half the usual one and with one of twice of it. What moving a packet costs depends on how long it lay, and the usual queue lies between them.</summary>
internal sealed class SharedTrials(LineTrial shallow, LineTrial deep)
{
    // Where they are fewer, what a thread has not settled when its accounts are read is more than they took.
    private const int LeastJobs = 64;

    private readonly LineTrial[] _trials = [shallow, deep];

    private WorkCount OnEngines => shallow.OnEngines + deep.OnEngines;

    private WorkCount OnGeneral => shallow.OnGeneral + deep.OnGeneral;

    private WorkCount Eligible => OnEngines + OnGeneral;

    /// <summary>The share of the packets that the engine ran.</summary>
    public double RatioByPackets => (double)OnEngines.Packets / Eligible.Packets;

    /// <summary>Packets of a job on average.</summary>
    public double PacketsPerJob => (double)Eligible.Packets / Eligible.Jobs;

    /// <summary>The same of those the engine ran; of a mix what spills is not what moves.</summary>
    public double PacketsPerJobElsewhere => (double)OnEngines.Packets / OnEngines.Jobs;

    /// <summary>The same of those the general thread ran.</summary>
    public double PacketsPerJobHere => (double)OnGeneral.Packets / OnGeneral.Jobs;

    /// <summary>Octets of a packet on average.</summary>
    public double OctetsPerPacket => (double)Eligible.Bytes / Eligible.Packets;

    /// <summary>Octets of a job that the engine ran.</summary>
    public double OctetsPerJobElsewhere => (double)OnEngines.Bytes / OnEngines.Jobs;

    /// <summary>The same of those the general thread ran.</summary>
    public double OctetsPerJobHere => (double)OnGeneral.Bytes / OnGeneral.Jobs;

    /// <summary>CPU nanoseconds to bring a packet.</summary>
    public double ReceivePerPacket => _trials.Sum(static trial => trial.ReceivePerPacket * trial.Eligible.Packets) / Eligible.Packets;

    /// <summary>CPU nanoseconds the general thread ran a job for; null where it ran too few to tell.</summary>
    public double? RunHerePerJob => OnGeneral.Jobs < LeastJobs ? null : Nanoseconds(CpuAccount.EligibleOnGeneral) / OnGeneral.Jobs;

    /// <summary>CPU nanoseconds the engine ran a job for.</summary>
    public double RunElsewherePerJob => Nanoseconds(CpuAccount.SpecialtyEligible) / OnEngines.Jobs;

    /// <summary>CPU nanoseconds it took the engine to take a job.</summary>
    public double TakingPerJob => HandOverOnEngines / OnEngines.Jobs;

    /// <summary>CPU nanoseconds it took the general thread to offer a job, without those in which it woke the engine.</summary>
    public double SubmittingPerJob(double wake) =>
        (Nanoseconds(CpuAccount.HandOver) - HandOverOnEngines - (_trials.Sum(static trial => trial.WakeUps) * wake)) / Eligible.Jobs;

    /// <summary>CPU nanoseconds a job of an account that both kinds of job have.</summary>
    public double PerJob(CpuAccount account) => Nanoseconds(account) / Eligible.Jobs;

    /// <summary>The share of its processor that the general thread had, which never waits here.</summary>
    public double GeneralShare => _trials.Average(static trial => trial.GeneralBusyShare);

    /// <summary>The share of its processor that the engine had.</summary>
    public double EngineShare => _trials.Average(static trial => trial.EnginesHadShare);

    private double HandOverOnEngines => 1e9 * _trials.Sum(static trial => trial.Cpu.HandOverOnEnginesSeconds);

    private double Nanoseconds(CpuAccount account) => 1e9 * _trials.Sum(trial => trial.Cpu[account]);
}
