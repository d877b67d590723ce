using IpsecDp.Engines;
using IpsecDp.Modelling.Simulation;

namespace Offload.Tests.Modelling.Simulation;

/// <summary>The machine stripped down to what the theory of queues describes: general processors that cost nothing, engines that never sleep, one queue without bounds.</summary>
internal static class QueueingModels
{
    /// <summary>Mean service time of an engine in nanoseconds.</summary>
    public const double Service = 1000;

    /// <summary>A station of so many servers, loaded to a share of what they carry.</summary>
    public static SimulationModel Station(int servers, double load, ServiceShape shape, double packets, ulong seed)
    {
        var rate = load * servers / Service;
        var free = StageCost.None;
        var run = new StageCost(Service) { Shape = shape };
        return new SimulationModel
        {
            GeneralProcessors = 1,
            Engines = servers,
            IsQueueShared = true,
            BatchSize = 1,
            RingLength = 1 << 20,
            JobsOutsideQueues = int.MaxValue / 2,
            Rule = new NeedHelpRule { HonorPriority = false, QueueDepth = int.MaxValue / servers, QueueOctets = int.MaxValue },
            HandOver = new HandOverCosts { LongestSpin = double.PositiveInfinity },
            Paths = [new PathCosts { Name = "one", Admit = free, AdmitRemote = free, Run = run, RunRemote = run, Deliver = free, DeliverRemote = free, DeliverOfOthers = free }],
            Streams = [new OfferedStream { Name = "customers", Path = "one", PacketsPerSecond = rate * 1e9, Octets = [1] }],
            WarmUp = TimeSpan.FromTicks((long)(0.05 * packets / rate / 100)),
            Duration = TimeSpan.FromTicks((long)(packets / rate / 100)),
            Seed = seed,
        };
    }

    /// <summary>Erlang's C: the probability that a customer of M/M/c waits.</summary>
    public static double ErlangC(int servers, double load)
    {
        var offered = servers * load;
        var term = 1.0;
        var sum = 1.0;
        for (var k = 1; k < servers; k++)
        {
            term *= offered / k;
            sum += term;
        }

        var last = term * offered / servers / (1 - load);
        return last / (sum + last);
    }
}
