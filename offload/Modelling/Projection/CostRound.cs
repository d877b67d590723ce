using IpsecDp.Modelling.Simulation;

namespace IpsecDp.Modelling.Projection;

/// <summary>What one round of calibration found; rounds differ as the machine does, and their spread is the projection's.</summary>
public sealed record CostRound(PathCosts Path, HandOverCosts HandOver)
{
    private const double Least = 0.5;

    /// <summary>How much dearer what a general processor runs itself is while engines run the rest: they fetch packets out of its cache, and sealed last in the buffers it seals in.</summary>
    public double RunBesideEngines { get; init; } = 1;

    /// <summary>The share of its processor that the general thread had where it was busy all the time: the rest went to the system's own work and to others.</summary>
    public double GeneralShare { get; init; } = 1;

    /// <summary>The same of the engine.</summary>
    public double EngineShare { get; init; } = 1;

    /// <summary>The mean of several rounds, with the shapes of the first.</summary>
    public static CostRound Mean(IReadOnlyList<CostRound> rounds)
    {
        ArgumentNullException.ThrowIfNull(rounds);
        ArgumentOutOfRangeException.ThrowIfZero(rounds.Count);
        return new CostRound(
            rounds[0].Path with
            {
                Receive = Mean(rounds, path => path.Receive),
                ReceiveRemote = Mean(rounds, path => path.ReceiveRemote),
                ReceiveGivenBack = Mean(rounds, path => path.ReceiveGivenBack),
                ReceiveDelivered = Mean(rounds, path => path.ReceiveDelivered),
                Admit = Mean(rounds, path => path.Admit),
                AdmitRemote = Mean(rounds, path => path.AdmitRemote),
                Run = Mean(rounds, path => path.Run),
                RunRemote = Mean(rounds, path => path.RunRemote),
                Deliver = Mean(rounds, path => path.Deliver),
                DeliverRemote = Mean(rounds, path => path.DeliverRemote),
                DeliverOfOthers = Mean(rounds, path => path.DeliverOfOthers),
            },
            new HandOverCosts
            {
                Submit = rounds.Average(round => round.HandOver.Submit),
                Take = rounds.Average(round => round.HandOver.Take),
                Wake = rounds.Average(round => round.HandOver.Wake),
                WakeLatency = rounds.Average(round => round.HandOver.WakeLatency),
                LongestSpin = rounds.Average(round => round.HandOver.LongestSpin),
                PollGap = rounds.Average(round => round.HandOver.PollGap),
            })
        {
            RunBesideEngines = rounds.Average(round => round.RunBesideEngines),
            GeneralShare = rounds.Average(round => round.GeneralShare),
            EngineShare = rounds.Average(round => round.EngineShare),
        };
    }

    /// <summary>Refuses what nothing can be projected from, with an <see cref="ArgumentException"/>.</summary>
    public void Validate()
    {
        Path.Validate();
        HandOver.Validate();
        if (!(RunBesideEngines >= Least && double.IsFinite(RunBesideEngines)))
        {
            throw new ArgumentException("what work in place costs beside engines is a factor, 1 where they are not felt");
        }

        if (!(GeneralShare is >= Least and <= 1 && EngineShare is >= Least and <= 1))
        {
            throw new ArgumentException("threads that had less than half of their processors say nothing of them");
        }
    }

    private static StageCost Mean(IReadOnlyList<CostRound> rounds, Func<PathCosts, StageCost> stage) => stage(rounds[0].Path) with
    {
        PerJob = rounds.Average(round => stage(round.Path).PerJob),
        PerPacket = rounds.Average(round => stage(round.Path).PerPacket),
        PerOctet = rounds.Average(round => stage(round.Path).PerOctet),
    };
}
