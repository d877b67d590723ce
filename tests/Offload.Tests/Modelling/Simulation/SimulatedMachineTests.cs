using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Modelling.Simulation;

namespace Offload.Tests.Modelling.Simulation;

public sealed class SimulatedMachineTests
{
    private const double Moderate = 1e6;
    private const double Flood = 2e7;

    [Fact]
    public void Equal_models_give_equal_results_and_another_seed_another()
    {
        var model = SimulatedLine.Of(1, Moderate);
        var one = SimulatedLine.Run(model);
        Assert.Equal(one.Delivered, SimulatedLine.Run(model).Delivered);
        Assert.NotEqual(one.Delivered, SimulatedLine.Run(model with { Seed = 2 }).Delivered);
    }

    /// <summary>A batch of 64 takes 500 + 6400, 200 + 19200 and 100 + 3200 nanoseconds.</summary>
    [Fact]
    public void Without_engines_a_flood_gets_what_one_processor_carries()
    {
        var result = SimulatedLine.Run(SimulatedLine.Of(0, Flood));
        Assert.Equal(64e9 / 29_600, result.PacketsPerSecond.Mean, 64e9 / 29_600 * 0.01);
        Assert.Equal(1, CpuAccounts.All.Sum(account => result.Processors(account).Mean), 0.001);
        Assert.Equal(20.0 * 64 / 29_600, result.Processors(CpuAccount.Workload).Mean, 0.001);
        Assert.True(double.IsNaN(result.RatioByPackets.Mean));
    }

    [Fact]
    public void What_arrives_is_delivered_lost_or_under_way()
    {
        var result = SimulatedLine.Run(SimulatedLine.Of(1, Flood));
        var offered = result.Intervals.Sum(interval => interval.Offered);
        Assert.InRange(offered - result.Delivered - result.Lost, -3000, 3000);
        Assert.True(result.Lost > 0);
    }

    [Fact]
    public void At_moderate_load_everything_moves()
    {
        var result = SimulatedLine.Run(SimulatedLine.Of(1, Moderate));
        Assert.Equal(1, result.RatioByPackets.Mean);
        Assert.Equal(0, result.Lost);
        Assert.Equal(result.Intervals.Sum(interval => interval.OnEngines.Packets), (double)result.Delivered, 500.0);
    }

    /// <summary>Engine: 450 a packet and some. General: 100 admitted and 300 of those it runs itself.</summary>
    [Fact]
    public void Under_a_flood_general_processors_help_and_more_is_carried_than_inline()
    {
        var inline = SimulatedLine.Run(SimulatedLine.Of(0, Flood)).PacketsPerSecond.Mean;
        var result = SimulatedLine.Run(SimulatedLine.Of(1, Flood));
        Assert.True(result.SpillsPerSecond(SpillCause.Full).Mean > 0);
        Assert.InRange(result.PacketsPerSecond.Mean, 1.5 * inline, 2.1 * inline);
        Assert.InRange(result.RatioByPackets.Mean, 0.3, 0.9);
    }

    [Fact]
    public void Not_honouring_priority_the_ratio_is_exactly_one()
    {
        var result = SimulatedLine.Run(SimulatedLine.Of(1, Flood, new NeedHelpRule { HonorPriority = false }));
        Assert.Equal(1, result.RatioByPackets.Mean);
        Assert.Equal(1, result.RatioByTime.Mean);
        Assert.True(result.Intervals.Sum(interval => interval.Waits) > 0);
    }

    [Fact]
    public void Small_jobs_stay_and_parked_engines_get_none()
    {
        var small = SimulatedLine.Run(SimulatedLine.Of(1, Moderate, new NeedHelpRule { SmallestJob = 1_000_000 }));
        Assert.Equal(0, small.RatioByPackets.Mean);
        Assert.True(small.SpillsPerSecond(SpillCause.TooSmall).Mean > 0);
        var parked = SimulatedLine.Run(SimulatedLine.Of(1, Moderate) with { Vary = [new VaryEvent(TimeSpan.Zero, 0, IsOff: true)] });
        Assert.Equal(0, parked.RatioByPackets.Mean);
        Assert.True(parked.SpillsPerSecond(SpillCause.Parked).Mean > 0);
    }

    [Fact]
    public void An_engine_varied_off_and_on_shows_as_a_dip()
    {
        var vary = new[] { new VaryEvent(TimeSpan.FromMilliseconds(20), 0, IsOff: true), new VaryEvent(TimeSpan.FromMilliseconds(35), 0, IsOff: false) };
        var result = SimulatedLine.Run(SimulatedLine.Of(1, Moderate) with { Vary = vary, Batches = 10 });
        Assert.Equal(0, result.Lost);
        Assert.Equal(0, result.Intervals[4].OnEngines.Packets);
        Assert.True(result.Intervals[0].OnEngines.Packets > 0 && result.Intervals[9].OnEngines.Packets > 0);
    }

    [Fact]
    public void Work_that_waits_too_long_is_worked_off_by_helpers()
    {
        var rule = new NeedHelpRule { AlternateWait = TimeSpan.FromMicroseconds(20) };
        var result = SimulatedLine.Run(SimulatedLine.Of(1, 2.5e6, rule));
        Assert.True(result.SpillsPerSecond(SpillCause.Waited).Mean > 0);
        Assert.True(result.Intervals.Sum(interval => interval.HelpCalls) > 0);
        var patient = SimulatedLine.Run(SimulatedLine.Of(1, 2.5e6, rule with { AlternateWait = TimeSpan.FromSeconds(1) }));
        Assert.Equal(0, patient.SpillsPerSecond(SpillCause.Waited).Mean);
    }

    [Fact]
    public void Waking_is_paid_by_the_waker_and_costs_nothing_where_it_is_free()
    {
        var rare = SimulatedLine.Of(1, 500) with { Duration = TimeSpan.FromSeconds(1) };
        var with = SimulatedLine.Run(rare);
        var without = SimulatedLine.Run(rare with { HandOver = rare.HandOver.WithoutWakeUps });
        Assert.True(with.WakeUpsPerSecond.Mean > 100);
        Assert.InRange(with.Processors(CpuAccount.HandOver).Mean, with.WakeUpsPerSecond.Mean * 1e-4, (with.WakeUpsPerSecond.Mean * 1e-4) + 0.001);
        Assert.True(without.Processors(CpuAccount.HandOver).Mean < 0.001);
    }

    [Fact]
    public void Engines_wait_awake_only_where_waking_is_dear()
    {
        var dear = SimulatedLine.Of(1, 100_000);
        var cheap = dear with { HandOver = dear.HandOver with { Wake = 2_000 } };
        var (awake, asleep) = (SimulatedLine.Run(dear), SimulatedLine.Run(cheap));
        Assert.True(asleep.WakeUpsPerSecond.Mean > 2 * awake.WakeUpsPerSecond.Mean);

        // The general processor looks for packets all the time in both.
        Assert.InRange(awake.Processors(CpuAccount.Spin).Mean - asleep.Processors(CpuAccount.Spin).Mean, 0.2, 1);
    }

    // Under a flood the engine closes heads behind which jobs wait that the general processor ran.
    [Fact]
    public void Delivering_what_another_ran_costs_who_delivers()
    {
        var dear = SimulatedLine.Costs with { DeliverOfOthers = new StageCost(0, 500) };
        var helped = SimulatedLine.Of(1, Flood);
        var (cheap, slow) = (SimulatedLine.Run(helped), SimulatedLine.Run(helped with { Paths = [dear] }));
        Assert.True(slow.Processors(CpuAccount.SpecialtyOther).Mean > 1.5 * cheap.Processors(CpuAccount.SpecialtyOther).Mean);
        Assert.True(slow.PacketsPerSecond.Mean < 0.95 * cheap.PacketsPerSecond.Mean);

        // The twin: where the engine runs everything itself nothing is another's.
        var kept = SimulatedLine.Of(1, Flood, new NeedHelpRule { HonorPriority = false });
        Assert.Equal(SimulatedLine.Run(kept).PacketsPerSecond.Mean, SimulatedLine.Run(kept with { Paths = [dear] }).PacketsPerSecond.Mean, 1e-6);
    }

    [Fact]
    public void Under_overload_what_moving_makes_dearer_stays()
    {
        // Packets that come from another processor cost more to receive and to run than to run here.
        var far = SimulatedLine.Costs with { Receive = new StageCost(0, 20), ReceiveRemote = new StageCost(0, 600), RunRemote = new StageCost(200, 900), ReceiveGivenBack = new StageCost(0, 600) };
        var machine = SimulatedLine.Of(1, Flood) with { Paths = [far], WarmUp = TimeSpan.FromMilliseconds(100), Duration = TimeSpan.FromMilliseconds(200) };
        var inline = SimulatedLine.Run(machine with { Engines = 0 }).PacketsPerSecond.Mean;
        Assert.True(SimulatedLine.Run(machine).PacketsPerSecond.Mean < 0.9 * inline);

        var weighed = machine with { Rule = new NeedHelpRule { KeepsWhatIsDearer = true } };
        var kept = SimulatedLine.Run(weighed);
        Assert.True(kept.PacketsPerSecond.Mean > 0.97 * inline);
        Assert.True(kept.SpillsPerSecond(SpillCause.Dearer).Mean > 0);

        // The twin: where moving pays, it goes on.
        var near = weighed with { Paths = [SimulatedLine.Costs] };
        Assert.True(SimulatedLine.Run(near).PacketsPerSecond.Mean > 0.97 * SimulatedLine.Run(machine with { Paths = [SimulatedLine.Costs] }).PacketsPerSecond.Mean);
    }

    [Fact]
    public void Two_threads_of_a_core_share_it()
    {
        var apart = SimulatedLine.Of(2, Flood, new NeedHelpRule { HonorPriority = false }) with { Streams = [SimulatedLine.Of(2, Flood).Streams[0] with { Associations = 8 }] };
        var fast = apart with { Paths = [SimulatedLine.Costs with { RunRemote = new StageCost(0, 2000), DeliverRemote = StageCost.None, DeliverOfOthers = StageCost.None }] };
        var alone = SimulatedLine.Run(fast).PacketsPerSecond.Mean;
        var shared = SimulatedLine.Run(fast with { ThreadsPerCore = 2, SmtThroughput = 1.25 }).PacketsPerSecond.Mean;
        Assert.Equal(1.25 / 2, shared / alone, 0.02);
    }

    [Fact]
    public void Slower_general_processors_carry_less_by_their_factor()
    {
        var full = SimulatedLine.Run(SimulatedLine.Of(0, Flood)).PacketsPerSecond.Mean;
        var slow = SimulatedLine.Run(SimulatedLine.Of(0, Flood) with { Normalisation = 569 / 256.0 }).PacketsPerSecond.Mean;
        Assert.Equal(256 / 569.0, slow / full, 0.01);
    }

    /// <summary>What others have of a processor is missing from its thread's time and from its accounts.</summary>
    [Fact]
    public void A_thread_that_has_a_part_of_its_processor_carries_and_books_that_part()
    {
        var whole = SimulatedLine.Run(SimulatedLine.Of(0, Flood));
        var part = SimulatedLine.Run(SimulatedLine.Of(0, Flood) with { GeneralShare = 0.8 });
        Assert.Equal(0.8, part.PacketsPerSecond.Mean / whole.PacketsPerSecond.Mean, 0.01);
        Assert.Equal(0.8, CpuAccounts.All.Sum(account => part.Processors(account).Mean), 0.001);

        // How often a slower engine has to wake who waits for room is another matter.
        var moved = SimulatedLine.Of(1, Flood, new NeedHelpRule { HonorPriority = false }) with { HandOver = SimulatedLine.HandOver.WithoutWakeUps };
        var engine = SimulatedLine.Run(moved with { EngineShare = 0.8 });
        Assert.Equal(0.8, engine.PacketsPerSecond.Mean / SimulatedLine.Run(moved).PacketsPerSecond.Mean, 0.01);
        Assert.Equal(1, engine.RatioByTime.Mean);
        Assert.Throws<ArgumentException>(() => SimulatedLine.Run(moved with { EngineShare = 0 }));
        Assert.Throws<ArgumentException>(() => SimulatedLine.Run(moved with { GeneralShare = 1.1 }));
    }

    [Fact]
    public void Important_work_does_not_wait_behind_bulk()
    {
        var model = SimulatedLine.Of(1, 2e6);
        var mixed = model with { Streams = [model.Streams[0], new OfferedStream { Name = "ee", Path = "seal", PacketsPerSecond = 1e4, Octets = [200], Class = ServiceClass.EeHigh }] };
        var result = SimulatedLine.Run(mixed);
        var alike = SimulatedLine.Run(mixed with { Streams = [.. mixed.Streams.Select(stream => stream with { Class = ServiceClass.Tcp })] });
        Assert.True(result.Latencies[1].Histogram.Percentile(0.99) < alike.Latencies[1].Histogram.Percentile(0.99));
    }

    [Fact]
    public void Bursts_and_recordings_arrive_at_their_rate()
    {
        var stream = SimulatedLine.Of(0, Moderate).Streams[0];
        foreach (var arrivals in new[] { stream with { Arrivals = ArrivalKind.Bursts, BurstLength = 16 }, stream with { Arrivals = ArrivalKind.Trace, Gaps = [1, 1, 10] }, stream with { Arrivals = ArrivalKind.Deterministic } })
        {
            var result = SimulatedLine.Run(SimulatedLine.Of(0, Moderate) with { Streams = [arrivals], Duration = TimeSpan.FromMilliseconds(200) });
            Assert.Equal(Moderate, result.PacketsPerSecond.Mean, 0.05 * Moderate);
        }
    }

    [Fact]
    public void Machines_that_cannot_be_are_refused()
    {
        var model = SimulatedLine.Of(1, Moderate);
        Assert.Throws<ArgumentOutOfRangeException>(() => SimulatedLine.Run(model with { GeneralProcessors = 0 }));
        Assert.Throws<ArgumentException>(() => SimulatedLine.Run(model with { ThreadsPerCore = 2 }));
        Assert.Throws<ArgumentException>(() => SimulatedLine.Run(model with { Streams = [] }));
        Assert.Throws<ArgumentException>(() => SimulatedLine.Run(model with { Streams = [model.Streams[0] with { Path = "none" }] }));
        Assert.Throws<ArgumentException>(() => SimulatedLine.Run(model with { Vary = [new VaryEvent(TimeSpan.Zero, 1, true)] }));
    }
}
