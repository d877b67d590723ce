using System.Text.Json.Serialization;
using IpsecDp.Engines.Accounting;
using IpsecDp.Modelling.Simulation;

namespace IpsecDp.Modelling.Projection;

/// <summary>The trials of one round of calibration, and what follows from them.</summary>
/// <param name="Flooded">No engines, more offered than the line takes: large jobs, where they are.</param>
/// <param name="Light">No engines, a tenth of that: small jobs, where they are.</param>
/// <param name="Beside">As flooded, with a second line that shares nothing but the machine; the first one's figures.</param>
/// <param name="MovedFlooded">One engine that takes every job (IIPHONORPRIORITY=NO), flooded.</param>
/// <param name="MovedLight">The same lightly loaded.</param>
/// <param name="HandedBack">The same with full batches at a rate the engine keeps up with, and a general thread delivers what the engine ran.</param>
/// <param name="Shallow">One engine and a general thread that runs what finds the queue full, flooded, with a shorter queue than the usual one.</param>
/// <param name="Deep">The same with one that is as much longer.</param>
public sealed record CalibrationRound(LineTrial Flooded, LineTrial Light, LineTrial Beside, LineTrial MovedFlooded, LineTrial MovedLight, LineTrial HandedBack, LineTrial Shallow, LineTrial Deep)
{
    /// <summary>Trials that tell what an octet adds, of a mix; of packets of one size nobody needs to know.</summary>
    public SizedTrials? Sized { get; init; }

    /// <summary>All of them.</summary>
    [JsonIgnore]
    public IEnumerable<LineTrial> Trials =>
        [Flooded, Light, Beside, MovedFlooded, MovedLight, HandedBack, Shallow, Deep, .. Sized is { } sized ? [sized.Small, sized.Large] : Array.Empty<LineTrial>()];

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

    /// <summary>The same round as if it had no trial in which the work was shared: what moving costs follows from those alone in which all of it moves.</summary>
    [JsonIgnore]
    public CalibrationRound Apart => this with { Shallow = MovedFlooded, Deep = MovedFlooded };

    private SharedTrials Shared => new(Shallow, Deep);

    // There the general thread waits for room, so that what it had of its processor says nothing.
    private bool IsApart => ReferenceEquals(Shallow, MovedFlooded);

    /// <summary>The costs, with what waking an engine costs (<see cref="HandOverCalibration"/>).</summary>
    public CostRound ToCosts(string path, HandOverCosts wakeUps)
    {
        var (shape, shared) = (ShapeOf(Flooded), Shared);
        var general = Fit(Light, Flooded, CpuAccount.General);
        var run = StageFit.Through(RunIn(Light, CpuAccount.EligibleOnGeneral), RunIn(Flooded, CpuAccount.EligibleOnGeneral), Sized?.RunPerOctet ?? 0);
        var admitRemote = Fit(MovedLight, shared, CpuAccount.General);
        var deliverRemote = Fit(MovedLight, shared, CpuAccount.SpecialtyOther);

        // An octet that moves is taken to be dearer by as much as the whole packet.
        var dearer = shared.RunElsewherePerJob / run.Mean(shared.PacketsPerJobElsewhere, shared.OctetsPerJobElsewhere);
        var runRemote = StageFit.Through(RunIn(MovedLight, CpuAccount.SpecialtyEligible), (shared.PacketsPerJobElsewhere, shared.OctetsPerJobElsewhere, shared.RunElsewherePerJob), run.PerOctet * dearer);

        // Where nothing moves one account holds both ordered legs; what does not tell them apart has them in the proportion they have where one of them moved.
        var deliverShare = Flooded.DeliverSeconds is { } delivering
            ? Math.Clamp(delivering / Flooded.Cpu[CpuAccount.General], 0, 1)
            : shared.PerJob(CpuAccount.SpecialtyOther) / (shared.PerJob(CpuAccount.SpecialtyOther) + shared.PerJob(CpuAccount.General));
        var deliverOfOthers = HandedBack.DeliverSeconds is { } handedBack ? new StageCost(0, 1e9 * handedBack / HandedBack.Eligible.Packets) : deliverRemote;
        StageCost Shaped(StageCost cost) => cost with { Shape = shape };
        var costs = WithDelivering(WithReceiving(new PathCosts
        {
            Name = path,
            Receive = ReceiveHere(),
            Admit = Shaped(general.Times(1 - deliverShare)),
            AdmitRemote = Shaped(admitRemote),
            Run = Shaped(run),
            RunRemote = Shaped(runRemote),
            Deliver = Shaped(general.Times(deliverShare)),
            DeliverRemote = Shaped(deliverRemote),
            DeliverOfOthers = Shaped(deliverOfOthers),
        }));
        return new CostRound(costs, HandOver(wakeUps))
        {
            RunBesideEngines = BesideEngines(run),
            GeneralShare = IsApart ? 1 : Math.Min(1, shared.GeneralShare),
            EngineShare = IsApart ? 1 : Math.Min(1, shared.EngineShare),
        };
    }

    private StageCost ReceiveHere()
    {
        var (perPacket, octets) = (Flooded.ReceivePerPacket, Flooded.OctetsPerPacket);
        var perOctet = Math.Min(Sized?.ReceivePerOctet ?? 0, perPacket / octets);
        return new StageCost(0, perPacket - (perOctet * octets), perOctet);
    }

    // What receiving costs depends on who ran the buffer's last packet and on who gave it back. Two of the ways have trials of their own, the fourth adds
    // up; of the three in which packets moved the runs that share know the mix, and it is what they come to there.
    private PathCosts WithReceiving(PathCosts costs)
    {
        var (shared, neighbour) = (Shared, Neighbour);
        var here = costs.Receive.Mean(1, Flooded.OctetsPerPacket);

        // All of them for packets as large as those of the flood.
        double Alike(double perPacket, double octets) => perPacket * (here / costs.Receive.Mean(1, octets));
        var remote = Alike(MovedFlooded.ReceivePerPacket, MovedFlooded.OctetsPerPacket) * neighbour.Beyond(MovedFlooded.EnginesBusyShare).Receive;
        var givenBack = Math.Min(Alike(HandedBack.ReceivePerPacket, HandedBack.OctetsPerPacket) * neighbour.Beyond(HandedBack.EnginesBusyShare).Receive, remote);
        var delivered = Math.Max(0, Alike(Beside.ReceivePerPacket, Beside.OctetsPerPacket) + remote - givenBack);
        var measured = Alike(shared.ReceivePerPacket, shared.OctetsPerPacket) / ((shared.RatioByPackets * remote) + ((1 - shared.RatioByPackets) * delivered));
        StageCost Scaled(double perPacket) => new(0, perPacket * measured * (costs.Receive.PerPacket / here), perPacket * measured * (costs.Receive.PerOctet / here));
        return costs with { ReceiveRemote = Scaled(remote), ReceiveGivenBack = Scaled(givenBack), ReceiveDelivered = Scaled(delivered) };
    }

    // Of what the engine delivered in the shared trials it had run a part and the general thread the rest; both together are what was measured there.
    private PathCosts WithDelivering(PathCosts costs)
    {
        var shared = Shared;
        if (!(shared.RatioByPackets < 1))
        {
            return costs;
        }

        var (share, own) = (shared.RatioByPackets, costs.DeliverRemote.Mean(shared.PacketsPerJob, 0) / shared.PacketsPerJob);
        var others = costs.DeliverOfOthers.Mean(shared.PacketsPerJobHere, 0) / shared.PacketsPerJobHere;
        var measured = own / ((share * own) + ((1 - share) * others));
        return costs with { DeliverRemote = costs.DeliverRemote.Times(measured), DeliverOfOthers = costs.DeliverOfOthers.Times(measured) };
    }

    // Where the general thread had no time to run jobs, a busy neighbour of any kind is all that is known.
    private double BesideEngines(StageCost run) =>
        Shared.RunHerePerJob is { } perJob ? perJob / run.Mean(Shared.PacketsPerJobHere, Shared.OctetsPerJobHere) : Neighbour.Run;

    // What wakes cost is known apart, and where an engine hardly sleeps there are few; the rest is every job's.
    private HandOverCosts HandOver(HandOverCosts wakeUps)
    {
        var shared = Shared;
        return wakeUps with
        {
            Submit = Math.Max(0, shared.SubmittingPerJob(wakeUps.Wake)),

            // Where a general thread waits for room, the engine that took a job wakes it besides.
            Take = IsApart ? new SharedTrials(MovedLight, MovedLight).TakingPerJob : shared.TakingPerJob,
        };
    }

    // Of trials in which all jobs ran in one place.
    private static (double Packets, double Octets, double Nanoseconds) RunIn(LineTrial trial, CpuAccount account) =>
        (trial.PacketsPerJob, trial.PacketsPerJob * trial.OctetsPerPacket, trial.PerJob(account));

    private static StageCost Fit(LineTrial light, LineTrial flooded, CpuAccount account) =>
        StageFit.Through((light.PacketsPerJob, light.PerJob(account)), (flooded.PacketsPerJob, flooded.PerJob(account)));

    private static StageCost Fit(LineTrial light, SharedTrials shared, CpuAccount account) =>
        StageFit.Through((light.PacketsPerJob, light.PerJob(account)), (shared.PacketsPerJob, shared.PerJob(account)));

    private static ServiceShape ShapeOf(LineTrial trial)
    {
        // Of one size, so that the scatter is the machine's and not the batches'.
        var size = trial.Batches.GroupBy(batch => batch.Packets).MaxBy(group => group.Count());
        return size is null ? ServiceShape.Constant : ServiceShape.Of([.. size.Select(batch => batch.Nanoseconds)]);
    }
}
