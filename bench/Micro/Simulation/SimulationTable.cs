using System.Diagnostics;
using System.Globalization;
using IpsecDp.Engines;
using IpsecDp.Modelling.Simulation;

namespace IpsecDp.Bench.Simulation;

/// <summary>How long the simulator takes for a hundred engines and ten million packets, at 100 Gbit/s of 1500 octets.</summary>
internal static class SimulationTable
{
    private const double Packets = 10e6;
    private const double PerSecond = 100e9 / 8 / 1500;
    private const int Rounds = 3;

    /// <summary>Prints seconds of wall and CPU time of each round, and what was allocated.</summary>
    public static void Print(TextWriter output)
    {
        output.WriteLine("simulated: 10 general processors, 100 engines, 1000 SAs, 100 Gbit/s");
        output.WriteLine("delivered  jobs on engines  wall s  CPU s  octets allocated");
        for (var round = 0; round < Rounds; round++)
        {
            var (start, cpu, allocated) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes());
            var result = SimulatedMachine.Run(Model((ulong)round));
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Delivered,9}  {result.Intervals.Sum(interval => interval.OnEngines.Jobs),15}  {Stopwatch.GetElapsedTime(start).TotalSeconds,6:F2}  {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds,5:F2}  {GC.GetTotalAllocatedBytes() - allocated,16}"));
        }
    }

    private static SimulationModel Model(ulong seed) => new()
    {
        GeneralProcessors = 10,
        Engines = 100,
        HandOver = new HandOverCosts { Submit = 200, Take = 150, Wake = 3000, WakeLatency = 5000, LongestSpin = 20_000, PollGap = 300 },
        Paths =
        [
            new PathCosts
            {
                Name = "seal",
                Admit = new StageCost(400, 60),
                AdmitRemote = new StageCost(400, 100),
                Run = new StageCost(300, 60, 0.2),
                RunRemote = new StageCost(400, 120, 0.3),
                Deliver = new StageCost(300, 25),
                DeliverRemote = new StageCost(300, 35),
                DeliverOfOthers = new StageCost(300, 35),
            },
        ],
        Streams = [new OfferedStream { Name = "bulk", Path = "seal", PacketsPerSecond = PerSecond, Octets = [1500], Associations = 1000, Class = ServiceClass.Tcp }],
        WarmUp = TimeSpan.FromMilliseconds(10),
        Duration = TimeSpan.FromSeconds(Packets / PerSecond),
        Seed = seed,
    };
}
