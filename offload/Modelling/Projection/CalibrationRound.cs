using System.Text.Json.Serialization;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Modelling.Simulation;

namespace IpsecDp.Modelling.Projection;

/// <summary>The trials of one round of calibration, and what follows from them.</summary>
/// <param name="Flooded">No engines, more offered than the line takes: large jobs, where they are.</param>
/// <param name="Light">No engines, a tenth of that: small jobs, where they are.</param>
/// <param name="Beside">As flooded, on two lines that share nothing but the machine.</param>
/// <param name="MovedFlooded">One engine that takes every job (IIPHONORPRIORITY=NO), flooded: the engine never waits, the general thread sleeps for room.</param>
/// <param name="MovedPaced">The same with full batches at a rate the engine keeps up with: the general thread never sleeps, and its caches are its own.</param>
/// <param name="MovedLight">The same lightly loaded.</param>
/// <param name="HandedBack">As paced, and a general thread delivers what the engine ran.</param>
public sealed record CalibrationRound(LineTrial Flooded, LineTrial Light, LineTrial Beside, LineTrial MovedFlooded, LineTrial MovedPaced, LineTrial MovedLight, LineTrial HandedBack)
{
    /// <summary>The trials in which each thread has a processor to itself. Where it is handed back two general threads share one, and only their CPU time says something.</summary>
    [JsonIgnore]
    public IEnumerable<LineTrial> Trials => [Flooded, Light, Beside, MovedFlooded, MovedPaced, MovedLight];

    /// <summary>The share of the time in which the most disturbed trial's threads waited for processors that others had.</summary>
    public double DisturbedShare => Trials.Max(static trial => trial.DisturbedShare);

    /// <summary>Whether one of its trials was disturbed.</summary>
    public bool IsDisturbed => Trials.Any(static trial => trial.IsDisturbed);

    /// <summary>How much dearer a packet is while the neighbouring processor works too.</summary>
    public double NeighbourFactor => InPlace(Beside) / InPlace(Flooded);

    /// <summary>The costs, with what waking an engine costs (<see cref="HandOverCalibration"/>).</summary>
    public CostRound ToCosts(string path, HandOverCosts wakeUps)
    {
        var shape = ShapeOf(Flooded);
        var general = Fit(Light, Flooded, CpuAccount.General);

        // Moved work was measured beside a neighbour that waited for a part of the time; at saturation none waits.
        var besideGeneral = 1 + ((NeighbourFactor - 1) * Math.Max(0, 1 - MovedFlooded.GeneralBusyShare));
        var besideEngine = 1 + ((NeighbourFactor - 1) * Math.Max(0, 1 - MovedPaced.EnginesBusyShare));
        var admitRemote = Fit(MovedLight, MovedPaced, CpuAccount.General).Times(besideEngine);
        var deliverRemote = Fit(MovedLight, MovedFlooded, CpuAccount.SpecialtyOther).Times(besideGeneral);

        // Where nothing moves one account holds both ordered legs; what does not tell them apart has them in the proportion they have where one of them moved.
        var deliverShare = Flooded.DeliverSeconds is { } delivering
            ? Math.Clamp(delivering / Flooded.Cpu[CpuAccount.General], 0, 1)
            : PerJob(deliverRemote) / (PerJob(deliverRemote) + PerJob(admitRemote));
        var deliverOfOthers = HandedBack.DeliverSeconds is { } handedBack ? new StageCost(0, 1e9 * handedBack / HandedBack.Eligible.Packets) : deliverRemote;
        StageCost Shaped(StageCost cost) => cost with { Shape = shape };
        var costs = new PathCosts
        {
            Name = path,
            Receive = new StageCost(0, Flooded.ReceivePerPacket),
            ReceiveRemote = new StageCost(0, MovedPaced.ReceivePerPacket * besideEngine),
            Admit = Shaped(general.Times(1 - deliverShare)),
            AdmitRemote = Shaped(admitRemote),
            Run = Shaped(Fit(Light, Flooded, CpuAccount.EligibleOnGeneral)),
            RunRemote = Shaped(Fit(MovedLight, MovedFlooded, CpuAccount.SpecialtyEligible).Times(besideGeneral)),
            Deliver = Shaped(general.Times(deliverShare)),
            DeliverRemote = Shaped(deliverRemote),
            DeliverOfOthers = Shaped(deliverOfOthers),
        };
        return new CostRound(costs, HandOver(wakeUps));
    }

    private double PerJob(StageCost cost) => cost.Mean(MovedFlooded.PacketsPerJob, 0);

    // What wakes cost is known apart, and where an engine hardly sleeps there are few; the rest is every job's.
    private HandOverCosts HandOver(HandOverCosts wakeUps)
    {
        var onEngine = 1e9 * MovedPaced.Cpu.HandOverOnEnginesSeconds;
        var onGeneral = (1e9 * MovedPaced.Cpu[CpuAccount.HandOver]) - onEngine - (MovedPaced.WakeUps * wakeUps.Wake);
        return wakeUps with
        {
            Submit = Math.Max(0, onGeneral / MovedPaced.Eligible.Jobs),
            Take = onEngine / MovedPaced.Eligible.Jobs,
        };
    }

    private static StageCost Fit(LineTrial light, LineTrial flooded, CpuAccount account) =>
        StageFit.Through((light.PacketsPerJob, light.PerJob(account)), (flooded.PacketsPerJob, flooded.PerJob(account)));

    private static double InPlace(LineTrial trial) => trial.ReceivePerPacket + trial.PerPacket(CpuAccount.General) + trial.PerPacket(CpuAccount.EligibleOnGeneral);

    private static ServiceShape ShapeOf(LineTrial trial)
    {
        // Of one size, so that the scatter is the machine's and not the batches'.
        var size = trial.Batches.GroupBy(batch => batch.Packets).MaxBy(group => group.Count());
        return size is null ? ServiceShape.Constant : ServiceShape.Of([.. size.Select(batch => batch.Nanoseconds)]);
    }
}
