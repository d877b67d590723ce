using System.Text.Json.Serialization;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Modelling.Simulation;

namespace IpsecDp.Modelling.Projection;

/// <summary>The trials of one round of calibration, and what follows from them.</summary>
/// <param name="Flooded">No engines, more offered than the line takes: large jobs, where they are.</param>
/// <param name="Light">No engines, a tenth of that: small jobs, where they are.</param>
/// <param name="Beside">As flooded, with a second line that shares nothing but the machine; the first one's figures.</param>
/// <param name="MovedFlooded">One engine that takes every job (IIPHONORPRIORITY=NO), flooded: the engine never waits, the general thread sleeps for room.</param>
/// <param name="MovedPaced">The same with full batches at a rate the engine keeps up with: the general thread never sleeps, and its caches are its own.</param>
/// <param name="MovedLight">The same lightly loaded.</param>
/// <param name="HandedBack">As paced, and a general thread delivers what the engine ran.</param>
public sealed record CalibrationRound(LineTrial Flooded, LineTrial Light, LineTrial Beside, LineTrial MovedFlooded, LineTrial MovedPaced, LineTrial MovedLight, LineTrial HandedBack)
{
    /// <summary>All of them.</summary>
    [JsonIgnore]
    public IEnumerable<LineTrial> Trials => [Flooded, Light, Beside, MovedFlooded, MovedPaced, MovedLight, HandedBack];

    /// <summary>How much others disturbed the most disturbed of them.</summary>
    public double DisturbedShare => Trials.Max(static trial => trial.DisturbedShare);

    /// <summary>Whether one of its trials was disturbed.</summary>
    public bool IsDisturbed => Trials.Any(static trial => trial.IsDisturbed);

    /// <summary>How much dearer the stages are while the neighbouring processor works too.</summary>
    [JsonIgnore]
    public NeighbourFactors Neighbour => new(
        Beside.ReceivePerPacket / Flooded.ReceivePerPacket,
        Beside.PerPacket(CpuAccount.General) / Flooded.PerPacket(CpuAccount.General),
        Beside.PerPacket(CpuAccount.EligibleOnGeneral) / Flooded.PerPacket(CpuAccount.EligibleOnGeneral));

    /// <summary>The costs, with what waking an engine costs (<see cref="HandOverCalibration"/>).</summary>
    public CostRound ToCosts(string path, HandOverCosts wakeUps)
    {
        var shape = ShapeOf(Flooded);
        var general = Fit(Light, Flooded, CpuAccount.General);

        // Moved work was measured beside a neighbour that waited for a part of the time; at saturation none waits.
        var besideGeneral = Neighbour.Beyond(MovedFlooded.GeneralBusyShare);
        var besideEngine = Neighbour.Beyond(MovedPaced.EnginesBusyShare);

        // Looking for packets and sleeping for room both make dearer what comes behind; at saturation there is neither.
        var admitted = MovedPaced.PerPacket(CpuAccount.General) < MovedFlooded.PerPacket(CpuAccount.General) ? MovedPaced : MovedFlooded;
        var admitRemote = Fit(MovedLight, admitted, CpuAccount.General).Times(Neighbour.Beyond(admitted.EnginesBusyShare).General);

        // Of the paced run too: while the general thread sleeps for room nobody else is at the stock the engine gives back to.
        var deliverRemote = Fit(MovedLight, MovedPaced, CpuAccount.SpecialtyOther).Times(Neighbour.Beyond(MovedPaced.GeneralBusyShare).General);

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
            ReceiveRemote = new StageCost(0, MovedPaced.ReceivePerPacket * besideEngine.Receive),
            ReceiveGivenBack = new StageCost(0, Math.Min(HandedBack.ReceivePerPacket, MovedPaced.ReceivePerPacket) * Neighbour.Beyond(HandedBack.EnginesBusyShare).Receive),
            Admit = Shaped(general.Times(1 - deliverShare)),
            AdmitRemote = Shaped(admitRemote),
            Run = Shaped(Fit(Light, Flooded, CpuAccount.EligibleOnGeneral)),
            RunRemote = Shaped(Fit(MovedLight, MovedFlooded, CpuAccount.SpecialtyEligible).Times(besideGeneral.Run)),
            Deliver = Shaped(general.Times(deliverShare)),
            DeliverRemote = Shaped(deliverRemote),
            DeliverOfOthers = Shaped(deliverOfOthers),
        };
        return new CostRound(costs, HandOver(wakeUps));
    }

    private double PerJob(StageCost cost) => cost.Mean(MovedPaced.PacketsPerJob, 0);

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

    private static ServiceShape ShapeOf(LineTrial trial)
    {
        // Of one size, so that the scatter is the machine's and not the batches'.
        var size = trial.Batches.GroupBy(batch => batch.Packets).MaxBy(group => group.Count());
        return size is null ? ServiceShape.Constant : ServiceShape.Of([.. size.Select(batch => batch.Nanoseconds)]);
    }
}
