using System.Text.Json.Serialization;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;

namespace IpsecDp.Modelling.Projection;

/// <summary>What one trial of a real line showed.</summary>
public sealed record LineTrial
{
    // A thread that loses its processor once is away for a tick of the system's clock, which is a twentieth of a trial of some tens of milliseconds; what comes
    // once a trial falls on calibration and verification alike, and the middle of many rounds outlives it.
    private const double MostTaken = 0.1;

    // Ticks of the system's clock within so short a calculation are 0.05 to 0.2; two that share a core have some 0.6 of it each.
    private const double MostShort = 0.3;

    /// <summary>Packets that arrived.</summary>
    public required long Offered { get; init; }

    /// <summary>Packets that left.</summary>
    public required long Delivered { get; init; }

    /// <summary>Packets that found no room.</summary>
    public required long Lost { get; init; }

    /// <summary>CPU seconds by account over the trial. What brings packets to the line is booked as <see cref="CpuAccount.Workload"/>; waiting awake for them there too, or as <see cref="CpuAccount.Spin"/>.</summary>
    public required CpuSnapshot Cpu { get; init; }

    /// <summary>Work that engines ran.</summary>
    public required WorkCount OnEngines { get; init; }

    /// <summary>Eligible work that general threads ran, whether there were engines or not.</summary>
    public required WorkCount OnGeneral { get; init; }

    /// <summary>Sleeping engines that were woken.</summary>
    public required long WakeUps { get; init; }

    /// <summary>Seconds in which the line's threads brought packets to the product, without waiting for them.</summary>
    public required double ReceiveSeconds { get; init; }

    /// <summary>CPU seconds of general threads on delivering; null where admitting is not told apart from it.</summary>
    public double? DeliverSeconds { get; init; }

    /// <summary>The share of the time under load in which others had a processor that threads of the line wanted, of the processor that lost most: on a machine of one's own nearly none; 0 where the system does not say.</summary>
    public double TakenShare { get; init; }

    /// <summary>The share of its best that the slowest processor was short of around the trial, by a calculation that is always the same.</summary>
    public double Shortfall { get; init; }

    /// <summary>Some of the batches of a line without engines.</summary>
    [JsonIgnore]
    public IReadOnlyList<BatchTime> Batches { get; init; } = [];

    /// <summary>How much others disturbed it, by what they took and by what they slowed, in units of what may be.</summary>
    public double DisturbedShare => Math.Max(TakenShare / MostTaken, Shortfall / MostShort);

    /// <summary>Whether others used the line's processors, or slowed them from outside the machine, so much that its figures are not the line's.</summary>
    public bool IsDisturbed => DisturbedShare > 1;

    /// <summary>Nanoseconds it takes to bring a packet to the product: by the clock on the wall where the line also waits for packets on that account, and never more than by its CPU clock.</summary>
    public double ReceivePerPacket => 1e9 * ReceiveTime / Eligible.Packets;

    /// <summary>The part of the time in which general threads were at work, and not waiting for packets or room.</summary>
    public double GeneralBusyShare => (ReceiveTime + Cpu[CpuAccount.General] + Cpu[CpuAccount.EligibleOnGeneral] + Cpu[CpuAccount.HandOver] - Cpu.HandOverOnEnginesSeconds) / Cpu.Wall.TotalSeconds;

    /// <summary>The part of the time in which engines were at work, and not waiting for jobs.</summary>
    public double EnginesBusyShare => (Cpu[CpuAccount.SpecialtyEligible] + Cpu[CpuAccount.SpecialtyOther] + Cpu.HandOverOnEnginesSeconds) / Cpu.Wall.TotalSeconds;

    /// <summary>The part of the time in which engines had their processors, of all of them added up: at work, awake, or asleep because nothing was to be done.</summary>
    public double EnginesHadShare => EnginesBusyShare + ((Cpu[CpuAccount.Spin] + Cpu.StampedSeconds(CpuAccount.Idle)) / Cpu.Wall.TotalSeconds);

    private double ReceiveTime => Math.Min(ReceiveSeconds, Cpu[CpuAccount.Workload]);

    /// <summary>Processors the trial's threads had on average.</summary>
    public double Processors => Cpu.AttributedSeconds / Cpu.Wall.TotalSeconds;

    /// <summary>All eligible work.</summary>
    public WorkCount Eligible => OnEngines + OnGeneral;

    /// <summary>Packets a second that left.</summary>
    public double PacketsPerSecond => Delivered / Cpu.Wall.TotalSeconds;

    /// <summary>Share of what arrived that was lost.</summary>
    public double LossShare => Offered == 0 ? 0 : (double)Lost / Offered;

    /// <summary>R by CPU time.</summary>
    public double RatioByTime => new OffloadRatios(Cpu).OffloadRatio;

    /// <summary>R by packets.</summary>
    public double RatioByPackets => (double)OnEngines.Packets / Eligible.Packets;

    /// <summary>CPU nanoseconds a packet by account.</summary>
    public IReadOnlyDictionary<CpuAccount, double> NanosecondsPerPacket => CpuAccounts.All.ToDictionary(account => account, PerPacket);

    /// <summary>Slices of one saturated setup with so many engines as one. Those in which a thread that always wants its processor had less of it than a trial may lose are left out, unless they are more than half; what disturbed them all, and the batches, are the first one's.</summary>
    public static LineTrial Together(IReadOnlyList<LineTrial> slices, int engines)
    {
        LineTrial[] whole = [.. slices.Where(slice => slice.HadShare(engines) >= 1 - MostTaken)];
        return Sum(2 * whole.Length >= slices.Count ? whole : slices);
    }

    // Accounts that show more than all of the time were booked to the wrong end of a slice.
    private double HadShare(int engines) => 1 - Math.Max(Math.Abs(1 - GeneralBusyShare), engines == 0 ? 0 : Math.Abs(1 - (EnginesHadShare / engines)));

    private static LineTrial Sum(IReadOnlyList<LineTrial> trials) => trials.Aggregate(static (sum, trial) => sum with
    {
        Offered = sum.Offered + trial.Offered,
        Delivered = sum.Delivered + trial.Delivered,
        Lost = sum.Lost + trial.Lost,
        Cpu = sum.Cpu.FollowedBy(trial.Cpu),
        OnEngines = sum.OnEngines + trial.OnEngines,
        OnGeneral = sum.OnGeneral + trial.OnGeneral,
        WakeUps = sum.WakeUps + trial.WakeUps,
        ReceiveSeconds = sum.ReceiveSeconds + trial.ReceiveSeconds,
        DeliverSeconds = sum.DeliverSeconds + trial.DeliverSeconds,
    });

    /// <summary>CPU nanoseconds a packet of an account.</summary>
    public double PerPacket(CpuAccount account) => 1e9 * Cpu[account] / Eligible.Packets;

    /// <summary>CPU nanoseconds a job of an account.</summary>
    public double PerJob(CpuAccount account) => 1e9 * Cpu[account] / Eligible.Jobs;

    /// <summary>Packets of a job on average.</summary>
    public double PacketsPerJob => (double)Eligible.Packets / Eligible.Jobs;

    /// <summary>Octets of a packet on average.</summary>
    public double OctetsPerPacket => (double)Eligible.Bytes / Eligible.Packets;
}
