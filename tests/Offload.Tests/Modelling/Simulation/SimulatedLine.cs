using IpsecDp.Engines;
using IpsecDp.Modelling.Simulation;

namespace Offload.Tests.Modelling.Simulation;

/// <summary>A line of the product's kind with round costs.</summary>
internal static class SimulatedLine
{
    /// <summary>Costs: a packet takes 100 to receive and admit, 300 to run (400 elsewhere), 50 to deliver.</summary>
    public static PathCosts Costs => new()
    {
        Name = "seal",
        Receive = new StageCost(0, 20),
        ReceiveRemote = new StageCost(0, 20),
        ReceiveGivenBack = new StageCost(0, 20),
        ReceiveDelivered = new StageCost(0, 20),
        Admit = new StageCost(500, 80),
        AdmitRemote = new StageCost(500, 80),
        Run = new StageCost(200, 300),
        RunRemote = new StageCost(200, 400),
        Deliver = new StageCost(100, 50),
        DeliverRemote = new StageCost(100, 50),
        DeliverOfOthers = new StageCost(100, 50),
    };

    /// <summary>Hand-over as on a machine whose processors halt.</summary>
    public static HandOverCosts HandOver => new() { Submit = 100, Take = 100, Wake = 100_000, WakeLatency = 50_000, LongestSpin = 200_000, PollGap = 100 };

    /// <summary>One general processor and so many engines under a load.</summary>
    public static SimulationModel Of(int engines, double packetsPerSecond, NeedHelpRule? rule = null) => new()
    {
        GeneralProcessors = 1,
        Engines = engines,
        Paths = [Costs],
        HandOver = HandOver,
        Rule = rule ?? new NeedHelpRule(),
        Streams = [new OfferedStream { Name = "bulk", Path = "seal", PacketsPerSecond = packetsPerSecond, Octets = [1500], Class = ServiceClass.Tcp }],
        WarmUp = TimeSpan.FromMilliseconds(5),
        Duration = TimeSpan.FromMilliseconds(50),
    };

    /// <summary>Runs it.</summary>
    public static SimulationResult Run(SimulationModel model) => SimulatedMachine.Run(model, TestContext.Current.CancellationToken);
}
