using IpsecDp.Engines;
using IpsecDp.Modelling.Simulation;

namespace IpsecDp.Modelling.Projection;

/// <summary>What a planner asks: which machine, under which dispatch controls, for which mix of traffic.</summary>
public sealed record ProjectionRequest
{
    /// <summary>General and specialty processors, and the normalisation factor.</summary>
    public required EngineTopology Topology { get; init; }

    /// <summary>The mix; of the rates only the proportions count.</summary>
    public required IReadOnlyList<OfferedStream> Mix { get; init; }

    /// <summary>The dispatch controls.</summary>
    public NeedHelpRule Rule { get; init; } = new();

    /// <summary>Whether others have as much of the processors as they had of those that were calibrated on: for a projection that is held against that machine.</summary>
    public bool IsShared { get; init; }

    /// <summary>2 for engines in SMT-2 mode.</summary>
    public int ThreadsPerCore { get; init; } = 1;

    /// <summary>What both threads of a core do together, in units of one alone.</summary>
    public double SmtThroughput { get; init; } = 1.25;

    /// <summary>Loads to be shown, in units of the rate at 0.5 % loss.</summary>
    public IReadOnlyList<double> Loads { get; init; } = [0.1, 0.3, 0.5, 0.7, 0.9, 1, 1.5, 3];

    /// <summary>Independent repetitions, each with other dice and another draw of the calibration's rounds.</summary>
    public int Replications { get; init; } = 8;

    /// <summary>Packets offered in one run of the simulation.</summary>
    public double PacketsPerRun { get; init; } = 200_000;

    /// <summary>Equal seeds give equal projections.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Refuses what cannot be projected, with an <see cref="ArgumentException"/> that holds every reason.</summary>
    public void Validate()
    {
        // The machine is not this one, so its processors are no limit.
        var refusals = (Topology with { IsPinned = false }).Refusals(int.MaxValue);
        if (refusals.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", refusals));
        }

        if (Mix.Count == 0)
        {
            throw new ArgumentException("a projection is of at least one kind of traffic");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(Replications, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PacketsPerRun, 1000);
    }

    /// <summary>The simulated machine at an offered rate.</summary>
    internal SimulationModel ToModel(CostModel costs, CostRound round, double packetsPerSecond, ulong seed)
    {
        var sum = Mix.Sum(stream => stream.PacketsPerSecond);
        var isAlone = Topology.General + Topology.Specialty == 1;
        var seconds = PacketsPerRun / packetsPerSecond;
        return new SimulationModel
        {
            GeneralProcessors = Topology.General,
            Engines = Topology.Specialty,
            ThreadsPerCore = ThreadsPerCore,
            SmtThroughput = SmtThroughput,
            Normalisation = Topology.Factor.Value,
            GeneralShare = IsShared ? round.GeneralShare : 1,
            EngineShare = IsShared ? round.EngineShare : 1,
            Rule = Rule,
            Streams = [.. Mix.Select(stream => stream with { PacketsPerSecond = packetsPerSecond * stream.PacketsPerSecond / sum })],
            Paths = [isAlone ? round.Path : Beside(round.Path, costs.Neighbour, Topology.Specialty == 0 ? costs.Neighbour.Run : round.RunBesideEngines)],
            HandOver = round.HandOver,
            RingLength = costs.RingLength,
            BatchSize = costs.BatchSize,
            RoutineBatchSize = costs.RoutineBatchSize,
            WarmUp = TimeSpan.FromSeconds(Math.Max(0.25 * seconds, 0.002)),
            Duration = TimeSpan.FromSeconds(seconds),
            Seed = seed,
        };
    }

    // What was measured where it moved was measured beside a busy neighbour already.
    private static PathCosts Beside(PathCosts path, NeighbourFactors factors, double run) => path with
    {
        Receive = path.Receive.Times(factors.Receive),
        Admit = path.Admit.Times(factors.General),
        Run = path.Run.Times(run),
        Deliver = path.Deliver.Times(factors.General),
    };
}
