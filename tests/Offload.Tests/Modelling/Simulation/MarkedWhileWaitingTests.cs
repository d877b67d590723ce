using IpsecDp.Engines;
using IpsecDp.Modelling.Simulation;

namespace Offload.Tests.Modelling.Simulation;

/// <summary>Marked packets while a job of their general processor waits for room at an engine (UrgentWork of the product).</summary>
public sealed class MarkedWhileWaitingTests
{
    private const double Flood = 2e5;

    // What a packet of a flood takes of the engine, which does a quarter of it; a job of 32 takes 0.64 ms, and a place in a full queue comes free as often.
    private const double Slow = 20_000;
    private const double InHand = 32 * Slow;

    private static readonly NeedHelpRule Kept = new() { HonorPriority = false, QueueOctets = int.MaxValue };

    private static OfferedStream Bulk => SimulatedLine.Of(1, Flood).Streams[0] with { Path = "slow" };

    /// <summary>It waits for the next look and for what is left of the job the engine has in hand; one that waited for the bulk's room came behind the whole of the next job.</summary>
    [Fact]
    public void A_marked_packet_is_admitted_while_bulk_waits_for_room()
    {
        var marked = Marked(2000);
        var result = Run(Kept, Bulk, marked);
        var look = UrgentWork.LookAgain.TotalNanoseconds + SimulatedLine.HandOver.WakeLatency;
        Assert.InRange(LatencyOf(result, 1, 0.5), 0, (InHand / 2) + look);
        Assert.InRange(LatencyOf(result, 1, 0.99), InHand / 2, InHand + look + SimulatedLine.HandOver.Wake);
        Assert.Equal(1, result.RatioByPackets.Mean);

        // The twin: in one ring with the bulk it comes in when that does.
        var mixed = Run(Kept, Bulk, marked with { Precedence = 0 });
        Assert.True(LatencyOf(mixed, 1, 0.5) > 16 * InHand);
    }

    /// <summary>A class of its own that is left to the engines waits like the whole machine that does.</summary>
    [Fact]
    public void A_class_kept_to_engines_waits_alike()
    {
        var rule = new NeedHelpRule { KeptToEngines = [Bulk.Class], QueueOctets = int.MaxValue, AlternateWait = TimeSpan.FromSeconds(1) };
        var result = Run(rule, Bulk, Marked(2000));
        Assert.True(result.Intervals.Sum(static interval => interval.Waits) > 0);
        Assert.Equal(LatencyOf(Run(Kept, Bulk, Marked(2000)), 1, 0.99), LatencyOf(result, 1, 0.99));
    }

    [Fact]
    public void Waiting_for_room_delays_and_loses_nothing()
    {
        var result = Run(Kept, Bulk, Marked(2000));
        var offered = result.Intervals.Sum(static interval => interval.Offered);

        // Rings and queues are as full at either end, but for a batch of each kind and what an engine has in hand.
        Assert.InRange(offered - result.Delivered - result.Lost, -128, 128);
        Assert.Equal(2000, result.Latencies[1].Histogram.Count / result.Intervals.Sum(static interval => interval.Seconds), 100.0);
        Assert.Equal(result.Intervals.Sum(static interval => interval.OnEngines.Packets), (double)result.Delivered, 100.0);
    }

    /// <summary>What is admitted meanwhile and has to wait for room itself waits idly: what comes then and matters more waits with it.</summary>
    [Fact]
    public void It_is_waited_once_and_no_deeper()
    {
        var network = Marked(500) with { Name = "network", Precedence = 6, Class = ServiceClass.EeNetwork };
        var ofBulk = Run(Kept, Bulk, network);
        var ofMarked = Run(Kept, Marked(Flood) with { Path = "slow" }, network);
        Assert.True(LatencyOf(ofMarked, 1, 0.99) > 4 * LatencyOf(ofBulk, 1, 0.99));
        Assert.Equal(1, ofMarked.RatioByPackets.Mean);
    }

    /// <summary>Jobs of one SA in the turn that waits and in the one served meanwhile are delivered as they were admitted; those of two SAs are not.</summary>
    [Fact]
    public void The_order_within_an_SA_is_kept()
    {
        var flood = Marked(Flood) with { Path = "slow", Associations = 3 };
        var (kept, across, served) = Deliveries(Of(Kept, Bulk, flood, Marked(5e4) with { Name = "network", Precedence = 6, Class = ServiceClass.EeNetwork, Associations = 2 }));
        Assert.True(served > 0);
        Assert.Equal(0, kept);
        Assert.True(across > 0);
    }

    /// <summary>A place comes free every 0.64 ms.</summary>
    [Fact]
    public void Patience_ends_while_marked_packets_come()
    {
        var result = Run(Kept with { LongestWait = TimeSpan.FromMilliseconds(0.3) }, Bulk, Marked(2000));
        Assert.True(result.SpillsPerSecond(SpillCause.Full).Mean > 0);
        Assert.Equal(0, Run(Kept, Bulk, Marked(2000)).SpillsPerSecond(SpillCause.Full).Mean);
    }

    private static OfferedStream Marked(double packetsPerSecond) =>
        Bulk with { Name = "marked", Path = "seal", PacketsPerSecond = packetsPerSecond, Octets = [600], Class = ServiceClass.EeHigh, Precedence = 4 };

    private static SimulationModel Of(NeedHelpRule rule, params OfferedStream[] streams)
    {
        var slow = SimulatedLine.Costs with { Name = "slow", RunRemote = new StageCost(0, Slow) };
        return SimulatedLine.Of(1, 1, rule) with { Streams = streams, Paths = [SimulatedLine.Costs, slow], Duration = TimeSpan.FromSeconds(1), WarmUp = TimeSpan.FromMilliseconds(100) };
    }

    private static SimulationResult Run(NeedHelpRule rule, params OfferedStream[] streams) => SimulatedLine.Run(Of(rule, streams));

    private static double LatencyOf(SimulationResult result, int stream, double share) => result.Latencies[stream].Histogram.Percentile(share);

    // How often a packet was delivered behind a younger one of its SA, and of another; and steps at marked packets while a turn waited.
    private static (int WithinSa, int AcrossSas, int Served) Deliveries(SimulationModel model)
    {
        const int Steps = 300_000;
        var parts = new MachineParts(model);
        var (intake, lanes) = (new BatchIntake(parts), new LaneSteps(parts));
        var engines = new EngineSteps(parts, lanes);
        var generals = new GeneralSteps(parts, intake, lanes, engines, new DispatchRules(parts, engines));
        engines.Begin();
        generals.Poll(parts.Generals[0]);
        var latest = new double[parts.LaneStream.Length];
        var (within, across, served) = (0, 0, 0);
        for (var step = 0; step < Steps; step++)
        {
            if (!parts.Time.TryTakeDue(out var number, out var version))
            {
                var happened = parts.Time.Events.Take();
                (parts.Time.Now, number, version) = (happened.Time, happened.Subject, happened.Version);
            }

            var processor = parts.Processors[number];
            if (processor.Version != version)
            {
                continue;
            }

            if (processor.Phase == ProcessorPhase.Deliver)
            {
                var lane = parts.Jobs[processor.Job].Lane;
                var arrivals = parts.Jobs.ArrivalsOf(processor.Job);
                within += arrivals[0] < latest[lane] ? 1 : 0;
                across += arrivals[0] < latest.Max() ? 1 : 0;
                latest[lane] = arrivals[^1];
            }

            served += parts.Generals[0].IsServing ? 1 : 0;
            if (processor is SimulatedEngine engine)
            {
                engines.Step(engine);
            }
            else if (processor.Phase == ProcessorPhase.Idle)
            {
                generals.Poll(parts.Generals[0]);
            }
            else
            {
                generals.Step(parts.Generals[0]);
            }
        }

        return (within, across, served);
    }
}
