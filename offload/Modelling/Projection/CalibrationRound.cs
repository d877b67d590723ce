using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Modelling.Simulation;

namespace IpsecDp.Modelling.Projection;

/// <summary>The trials of one round of calibration, and what follows from them.</summary>
/// <param name="Flooded">No engines, more offered than the line takes: large jobs, where they are.</param>
/// <param name="Light">No engines, a tenth of that: small jobs, where they are.</param>
/// <param name="Beside">As flooded, on two lines that share nothing but the machine.</param>
/// <param name="MovedFlooded">One engine that takes every job (IIPHONORPRIORITY=NO), flooded.</param>
/// <param name="MovedLight">The same lightly loaded.</param>
public sealed record CalibrationRound(LineTrial Flooded, LineTrial Light, LineTrial Beside, LineTrial MovedFlooded, LineTrial MovedLight)
{
    /// <summary>How much dearer a packet is while the neighbouring processor works too.</summary>
    public double NeighbourFactor => InPlace(Beside) / InPlace(Flooded);

    /// <summary>The costs, with what waking an engine costs (<see cref="HandOverCalibration"/>).</summary>
    public CostRound ToCosts(string path, HandOverCosts wakeUps)
    {
        var shape = ShapeOf(Flooded);
        var general = Fit(Light, Flooded, CpuAccount.General);
        var admitRemote = Fit(MovedLight, MovedFlooded, CpuAccount.General);
        var deliverRemote = Fit(MovedLight, MovedFlooded, CpuAccount.SpecialtyOther);

        // Where nothing moves one account holds both ordered legs; they are told apart in the proportion they have where one of them moved.
        var deliverShare = PerJob(deliverRemote) / (PerJob(deliverRemote) + PerJob(admitRemote));
        StageCost Shaped(StageCost cost) => cost with { Shape = shape };
        var costs = new PathCosts
        {
            Name = path,
            Receive = Receiving(Flooded),
            ReceiveRemote = Receiving(MovedFlooded),
            Admit = Shaped(general.Times(1 - deliverShare)),
            AdmitRemote = Shaped(admitRemote),
            Run = Shaped(Fit(Light, Flooded, CpuAccount.EligibleOnGeneral)),
            RunRemote = Shaped(Fit(MovedLight, MovedFlooded, CpuAccount.SpecialtyEligible)),
            Deliver = Shaped(general.Times(deliverShare)),
            DeliverRemote = Shaped(deliverRemote),
        };
        return new CostRound(costs, HandOver(wakeUps));
    }

    private double PerJob(StageCost cost) => cost.Mean(MovedFlooded.PacketsPerJob, 0);

    // What wakes cost is known apart; the rest is every job's.
    private HandOverCosts HandOver(HandOverCosts wakeUps)
    {
        var onEngine = 1e9 * MovedLight.Cpu.HandOverOnEnginesSeconds;
        var onGeneral = (1e9 * MovedLight.Cpu[CpuAccount.HandOver]) - onEngine - (MovedLight.WakeUps * wakeUps.Wake);
        return wakeUps with
        {
            Submit = Math.Max(0, onGeneral / MovedLight.Eligible.Jobs),
            Take = onEngine / MovedLight.Eligible.Jobs,
        };
    }

    private static StageCost Fit(LineTrial light, LineTrial flooded, CpuAccount account) =>
        StageFit.Through((light.PacketsPerJob, light.PerJob(account)), (flooded.PacketsPerJob, flooded.PerJob(account)));

    // Of a flooded line only: elsewhere the port waits awake on the same account.
    private static StageCost Receiving(LineTrial trial) => new(0, trial.PerPacket(CpuAccount.Workload));

    private static double InPlace(LineTrial trial) => trial.PerPacket(CpuAccount.Workload) + trial.PerPacket(CpuAccount.General) + trial.PerPacket(CpuAccount.EligibleOnGeneral);

    private static ServiceShape ShapeOf(LineTrial trial)
    {
        // Of one size, so that the scatter is the machine's and not the batches'.
        var size = trial.Batches.GroupBy(batch => batch.Packets).MaxBy(group => group.Count());
        return size is null ? ServiceShape.Constant : ServiceShape.Of([.. size.Select(batch => batch.Nanoseconds)]);
    }
}
