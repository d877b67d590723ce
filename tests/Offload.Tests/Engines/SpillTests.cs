using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;

namespace Offload.Tests.Engines;

/// <summary>Each cause by which a general thread runs eligible work, and the same scene without the cause.</summary>
public class SpillTests
{
    private static readonly TimeSpan Never = TimeSpan.FromHours(1);

    [Fact]
    public void Full_HonorPriority_SubmitterRunsTheJob()
    {
        using var scene = new PoolScene(1, new NeedHelpRule { QueueDepth = 2, AlternateWait = Never });
        scene.HoldEngines();
        var queued = new[] { scene.Submit(), scene.Submit() };

        var spilled = scene.Submit(size: 700);

        Assert.Equal(1, spilled.Runs);
        Assert.All(queued, job => Assert.Equal(0, job.Runs));
        Assert.Equal(new WorkCount(1, 1, 700), scene.Pool.Snapshot().SpilledBy(SpillCause.Full));
        Assert.Equal(1, scene.Pool.Snapshot().Spilled.Jobs);
        Assert.Equal(2, scene.Pool.Snapshot().Engines[0].DepthHighWater);
        scene.Release();
        Condition.Await(() => scene.Oracle.Delivered == 4);
    }

    [Fact]
    public void Full_Octets_SubmitterRunsTheJobUntilThereIsRoom()
    {
        using var scene = new PoolScene(1, new NeedHelpRule { QueueDepth = 8, QueueOctets = 3000, AlternateWait = Never });
        scene.HoldEngines();
        scene.Submit(size: 2000);
        scene.Submit(size: 1000);
        scene.Submit(size: 1);

        Assert.Equal(1, scene.Pool.Snapshot().SpilledBy(SpillCause.Full).Jobs);
        Assert.Equal(2, scene.Pool.Snapshot().Engines[0].Depth);

        scene.Release();
        Assert.True(scene.Oracle.Lane.Drain(Timeout.InfiniteTimeSpan));
        Condition.Await(() => scene.Pool.Snapshot().Engines[0].Depth == 0);
        scene.Submit(size: 3000);

        Assert.True(scene.Oracle.Lane.Drain(Timeout.InfiniteTimeSpan));
        Assert.Equal(1, scene.Pool.Snapshot().SpilledBy(SpillCause.Full).Jobs);
        Assert.Equal(0, scene.Oracle.Disorders);
    }

    [Fact]
    public void Full_OneJobLargerThanTheQueue_IsTakenWhenNothingWaits()
    {
        using var scene = new PoolScene(1, new NeedHelpRule { QueueOctets = 3000, AlternateWait = Never });
        scene.HoldEngines();
        scene.Submit(size: 1_000_000);
        scene.Submit(size: 1);

        Assert.Equal(1, scene.Pool.Snapshot().Engines[0].Depth);
        Assert.Equal(1, scene.Pool.Snapshot().SpilledBy(SpillCause.Full).Jobs);
    }

    [Fact]
    public void Full_NoHonorPriority_SubmitterWaitsForRoom()
    {
        using var scene = new PoolScene(1, new NeedHelpRule { QueueDepth = 1, HonorPriority = false, LongestWait = Never });
        scene.HoldEngines();
        scene.Submit();

        Condition.InParallel(
            () => scene.Submit(),
            () =>
            {
                Condition.Await(() => scene.Pool.Snapshot().Waits == 1);
                scene.Release();
            });
        scene.Pool.Dispose();

        Assert.Equal(3, scene.Oracle.Delivered);
        Assert.Equal(3, scene.Pool.Snapshot().OnEngines.Jobs);
        Assert.Equal(0, scene.Pool.Snapshot().Spilled.Jobs);
    }

    [Fact]
    public void Full_NoHonorPriorityPatienceOver_SubmitterRunsTheJob()
    {
        using var scene = new PoolScene(1, new NeedHelpRule { QueueDepth = 1, HonorPriority = false, LongestWait = TimeSpan.FromMilliseconds(1) });
        scene.HoldEngines();
        scene.Submit();

        var late = scene.Submit();

        Assert.Equal(1, late.Runs);
        Assert.Equal(1, scene.Pool.Snapshot().Waits);
        Assert.Equal(1, scene.Pool.Snapshot().SpilledBy(SpillCause.Full).Jobs);
    }

    [Fact]
    public void Full_LastEngineParkedMeanwhile_SubmitterStopsWaiting()
    {
        using var scene = new PoolScene(1, new NeedHelpRule { QueueDepth = 1, HonorPriority = false, LongestWait = Never });
        scene.HoldEngines();
        scene.Submit();

        Condition.InParallel(
            () => scene.Submit(),
            () =>
            {
                Condition.Await(() => scene.Pool.Snapshot().Waits == 1);
                scene.Pool.Park(0);
            });

        Assert.Equal(1, scene.Pool.Snapshot().SpilledBy(SpillCause.Parked).Jobs);
    }

    [Fact]
    public void Waited_Overdue_HelperTakesTheOldest()
    {
        using var scene = new PoolScene(1, new NeedHelpRule { AlternateWait = TimeSpan.Zero });
        scene.HoldEngines();
        var before = scene.Pool.Snapshot().SpilledBy(SpillCause.Waited).Jobs;
        var oracle = new LaneOracle();
        var oldest = new OracleJob();
        oracle.Admit(oldest);

        scene.Pool.Submit(oldest);
        Condition.Await(() => oracle.Delivered == 1 || scene.Pool.Help());

        Assert.Equal(1, oldest.Runs);
        Assert.Equal(1, oracle.Delivered);
        Assert.Equal(before + 1, scene.Pool.Snapshot().SpilledBy(SpillCause.Waited).Jobs);
        Assert.False(scene.Pool.Help());
    }

    [Fact]
    public void Waited_NextSubmit_TakesTheOldestAlong()
    {
        using var scene = new PoolScene(1, new NeedHelpRule { AlternateWait = TimeSpan.Zero });
        scene.HoldEngines();
        var before = scene.Pool.Snapshot().SpilledBy(SpillCause.Waited).Jobs;

        Condition.Await(() =>
        {
            scene.Submit();
            return scene.Pool.Snapshot().SpilledBy(SpillCause.Waited).Jobs > before;
        });
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void Waited_NotOverdueOrNoHonorPriority_IsLeftToTheEngine(bool honorPriority, int hours)
    {
        using var scene = new PoolScene(1, new NeedHelpRule { HonorPriority = honorPriority, AlternateWait = TimeSpan.FromHours(hours) });
        scene.HoldEngines();
        var job = scene.Submit();

        Assert.False(scene.Pool.Help());
        Assert.Equal(0, job.Runs);
    }

    [Theory]
    [InlineData(511, 1)]
    [InlineData(512, 0)]
    public void TooSmall_BelowTheThreshold_StaysWithTheSubmitter(int size, int spilled)
    {
        using var scene = new PoolScene(1, new NeedHelpRule { SmallestJob = 512, AlternateWait = Never });
        scene.Submit(size);
        scene.Pool.Dispose();

        Assert.Equal(spilled, scene.Pool.Snapshot().SpilledBy(SpillCause.TooSmall).Jobs);
        Assert.Equal(1 - spilled, scene.Pool.Snapshot().OnEngines.Jobs);
    }

    [Fact]
    public void Parked_AllEngines_SubmitterRunsUntilOneIsBack()
    {
        using var scene = new PoolScene(2);
        scene.Pool.Park(0);
        scene.Pool.Park(1);

        Assert.Equal(1, scene.Submit().Runs);
        Assert.Equal(1, scene.Pool.Snapshot().SpilledBy(SpillCause.Parked).Jobs);
        Assert.True(scene.Pool.Snapshot().Engines[1].IsParked);

        scene.Pool.Unpark(1);
        scene.Submit();
        scene.Pool.Dispose();
        Assert.Equal(1, scene.Pool.Snapshot().Engines[1].Jobs);
        Assert.Equal(1, scene.Pool.Snapshot().Spilled.Jobs);
    }

    [Fact]
    public void Parked_WorkInItsQueue_IsRun()
    {
        using var scene = new PoolScene(1);
        scene.HoldEngines();
        scene.Submit();
        scene.Pool.Park(0);
        scene.Release();

        Condition.Await(() => scene.Oracle.Delivered == 2);
        Assert.Equal(0, scene.Pool.Snapshot().Spilled.Jobs);
    }

    [Fact]
    public void NoEngines_EverythingIsProjectedAndNothingSpilled()
    {
        using var scene = new PoolScene(0);
        using var meter = scene.Ledger.Register("general", CpuAccount.General);
        var stood = default(CpuAccount);

        scene.Submit(size: 800, work: () => stood = meter.Account);

        Assert.Equal(new WorkCount(1, 1, 800), scene.Pool.Snapshot().Projected);
        Assert.Equal(0, scene.Pool.Snapshot().Spilled.Jobs);
        Assert.Equal(CpuAccount.EligibleOnGeneral, stood);
        Assert.Equal(CpuAccount.General, meter.Account);
    }
}
