using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Modelling.Simulation;

namespace Offload.Tests.Modelling.Simulation;

/// <summary>Rings by IP precedence and SAs by importance in front of the simulated engines, as the measured line has them.</summary>
public sealed class PrecedenceTests
{
    private const double Flood = 2e7;

    private static OfferedStream Bulk => SimulatedLine.Of(1, Flood).Streams[0];

    [Fact]
    public void Marked_packets_lose_nothing_in_a_flood_of_routine_ones()
    {
        var result = Run(Bulk, Marked(5e5));
        Assert.Equal(5e5, Delivered(result, 1), 0.02 * 5e5);
        Assert.True(result.Lost > 0);

        // The twin: in one ring with the flood they are lost like it.
        var mixed = Run(Bulk, Marked(5e5) with { Precedence = 0 });
        Assert.True(Delivered(mixed, 1) < 0.5 * 5e5);
    }

    [Fact]
    public void Each_precedence_has_a_ring_of_its_own_and_the_highest_is_served_first()
    {
        var result = Run(Marked(3e6) with { Name = "low", Precedence = 1 }, Marked(2e6) with { Precedence = 4 }, Marked(1e5) with { Name = "network", Precedence = 6, Class = ServiceClass.EeNetwork });
        Assert.Equal(1e5, Delivered(result, 2), 0.05 * 1e5);
        Assert.Equal(2e6, Delivered(result, 1), 0.02 * 2e6);
        Assert.True(Delivered(result, 0) < 0.9 * 3e6);
    }

    /// <summary>A batch of 64 of one SA is one job; one whose packets belong to two SAs is two, and what is paid by the job is paid twice.</summary>
    [Fact]
    public void A_batch_of_two_SAs_costs_admitting_and_handing_over_twice()
    {
        var costs = SimulatedLine.Costs with { Admit = new StageCost(3200), AdmitRemote = new StageCost(3200) };
        var one = Run(costs, Marked(Flood));
        var two = Run(costs, Marked(Flood), Marked(Flood) with { Name = "another" });
        Assert.Equal(50, PerPacket(one, CpuAccount.General), 5.0);
        Assert.Equal(100, PerPacket(two, CpuAccount.General), 10.0);
        Assert.Equal(2, PerPacket(two, CpuAccount.HandOver) / PerPacket(one, CpuAccount.HandOver), 0.2);
    }

    /// <summary>Without engines a job of 32 costs 500 + 32 x 100 to bring and admit, one of 64 half as much by the job.</summary>
    [Fact]
    public void Routine_packets_come_in_shorter_batches_where_others_have_rings()
    {
        var alone = PerPacket(Run(Bulk), CpuAccount.General);
        var beside = PerPacket(Run(Bulk, Marked(1000)), CpuAccount.General);
        Assert.Equal(600 / 64.0, beside - alone, 4.0);
        Assert.True(beside - alone > 4);
    }

    [Fact]
    public void A_helper_beside_an_important_job_runs_none_that_matters_less()
    {
        var rule = new NeedHelpRule { AlternateWait = TimeSpan.FromMicroseconds(20) };
        WorkCount HelpedIn(double marked)
        {
            var model = SimulatedLine.Of(1, 2.2e6, rule);
            model = model with { Streams = [model.Streams[0], Marked(marked)] };
            return SimulatedLine.Run(model).Intervals.Aggregate(default(WorkCount), static (sum, interval) => sum + interval.SpilledBy(SpillCause.Waited) + interval.SpilledBy(SpillCause.Helped));
        }

        Assert.True(HelpedIn(1000).Jobs > 0);

        // Where marked packets always wait, their thread helps with one job a batch at most.
        Assert.True(HelpedIn(Flood).Jobs < HelpedIn(1000).Jobs);
    }

    [Fact]
    public void A_precedence_is_one_of_eight()
    {
        Assert.Throws<ArgumentException>(() => Run(Marked(1000) with { Precedence = 8 }));
        Assert.Throws<ArgumentException>(() => Run(Marked(1000) with { Precedence = -1 }));
    }

    private static OfferedStream Marked(double packetsPerSecond) => Bulk with { Name = "marked", PacketsPerSecond = packetsPerSecond, Octets = [600], Class = ServiceClass.EeHigh, Precedence = 4 };

    private static SimulationResult Run(params OfferedStream[] streams) => Run(SimulatedLine.Costs, streams);

    private static SimulationResult Run(PathCosts costs, params OfferedStream[] streams) => SimulatedLine.Run(SimulatedLine.Of(1, 1) with { Streams = streams, Paths = [costs] });

    private static double Delivered(SimulationResult result, int stream) => result.Latencies[stream].Histogram.Count / result.Intervals.Sum(static interval => interval.Seconds);

    private static double PerPacket(SimulationResult result, CpuAccount account) => 1e9 * result.Cpu[account] / result.Delivered;
}
