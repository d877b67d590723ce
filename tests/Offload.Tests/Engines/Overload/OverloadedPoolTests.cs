using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Overload;

namespace Offload.Tests.Engines.Overload;

/// <summary>A pool that is offered more than its engine takes, in a time in which moving a job takes longer than keeping it, or not.</summary>
public sealed class OverloadedPoolTests
{
    private const int Cycles = 1200;
    private const int JobsOfACycle = 8;
    private const int Depth = 4;

    private static readonly TimeSpan Keeping = TimeSpan.FromMicroseconds(10);

    [Fact]
    public void Submit_MovingTakesLonger_IsKeptMostly()
    {
        var pool = Overload(new NeedHelpRule { KeepsWhatIsDearer = true }, moving: 6 * Keeping);
        Assert.True(pool.SpilledBy(SpillCause.Dearer).Jobs > Cycles * JobsOfACycle / 2);
    }

    [Fact]
    public void Submit_MovingTakesLess_IsMovedMostly()
    {
        var pool = Overload(new NeedHelpRule { KeepsWhatIsDearer = true }, moving: Keeping / 10);
        Assert.True(pool.SpilledBy(SpillCause.Dearer).Jobs < Cycles * JobsOfACycle / 5);
        Assert.True(pool.OnEngines.Jobs > Cycles * JobsOfACycle / 3);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Submit_WithoutTheRuleOrWithHonorPriorityNo_NothingIsKeptForIt(bool keeps, bool honors)
    {
        var rule = new NeedHelpRule { KeepsWhatIsDearer = keeps, KeptToEngines = honors ? [] : [ServiceClass.Unclassified], LongestWait = TimeSpan.Zero };
        Assert.Equal(0, Overload(rule, moving: 6 * Keeping).SpilledBy(SpillCause.Dearer).Jobs);
    }

    /// <summary>Where no engine is on, nothing was kept from one.</summary>
    [Fact]
    public void Submit_EnginesParkedWhileKeepingCounts_IsSpilledForThat()
    {
        var pool = Overload(new NeedHelpRule { KeepsWhatIsDearer = true }, moving: 6 * Keeping, parked: 20);
        Assert.Equal(20, pool.SpilledBy(SpillCause.Parked).Jobs);
    }

    /// <summary>Where a thread keeps up, keeping carries what moving carries, and chance would decide.</summary>
    [Fact]
    public void Submit_NothingWaitsBehindTheBatch_NothingIsKept()
    {
        Backlog.OfThisThread = false;
        try
        {
            var pool = Overload(new NeedHelpRule { KeepsWhatIsDearer = true }, moving: 6 * Keeping);
            Assert.Equal(0, pool.SpilledBy(SpillCause.Dearer).Jobs);
            Assert.True(pool.SpilledBy(SpillCause.Full).Jobs > 0);
        }
        finally
        {
            Backlog.OfThisThread = true;
        }
    }

    // An engine's first job of a cycle ends with the cycle, so that half of the jobs find no room.
    private static EnginePoolSnapshot Overload(NeedHelpRule rule, TimeSpan moving, int parked = 0)
    {
        var time = new ManualTime();
        var model = new EnginePoolModel { Engines = 1, QueuesByClass = false, Time = time, Rule = rule with { QueueDepth = Depth, AlternateWait = TimeSpan.FromHours(1) } };
        using var pool = new EnginePool(model, new CpuLedger());
        var oracle = new LaneOracle();
        for (var cycle = 0; cycle < Cycles; cycle++)
        {
            using var gate = new ManualResetEventSlim();
            for (var count = 0; count < JobsOfACycle; count++)
            {
                var spilled = pool.Snapshot().Spilled.Jobs;
                var job = new OracleJob { Size = 1500, Work = () => HoldEngine(gate) };
                oracle.Admit(job);
                pool.Submit(job);
                time.Pass(pool.Snapshot().Spilled.Jobs > spilled ? Keeping : moving);
            }

            gate.Set();
            Assert.True(oracle.Lane.Drain(Timeout.InfiniteTimeSpan));
        }

        pool.Park(0);
        for (var count = 0; count < parked; count++)
        {
            var job = new OracleJob { Size = 1500 };
            oracle.Admit(job);
            pool.Submit(job);
        }

        Assert.Equal(0, oracle.Disorders);
        return pool.Snapshot();
    }

    private static void HoldEngine(ManualResetEventSlim gate)
    {
        if (SpecialtyEngine.Current is not null)
        {
            gate.Wait();
        }
    }
}
