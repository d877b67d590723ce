using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;

namespace Offload.Tests.Engines;

public class EnginePoolTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Submit_FourThreadsManyLanes_DeliversEachJobOnceInOrder(bool honorPriority)
    {
        const int PerThread = 75_000;
        var lanes = Enumerable.Range(0, 5).Select(_ => new LaneOracle()).ToArray();
        var rule = new NeedHelpRule { HonorPriority = honorPriority, AlternateWait = TimeSpan.FromMicroseconds(50), QueueDepth = 8, SmallestJob = 100 };
        using var pool = new EnginePool(new EnginePoolModel { Engines = 2, Rule = rule }, new CpuLedger());

        Condition.InParallel([.. Enumerable.Range(1, 4).Select(seed => (Action)(() => Churn(pool, lanes, new Random(seed), PerThread)))]);
        Assert.All(lanes, lane => Assert.True(lane.Lane.Drain(TimeSpan.FromMinutes(1))));

        var seen = pool.Snapshot();
        Assert.All(lanes, lane => Assert.Equal(0, lane.Disorders));
        Assert.Equal(4 * PerThread, lanes.Sum(lane => lane.Delivered));
        Assert.Equal(4 * PerThread, seen.OnEngines.Jobs + seen.Spilled.Jobs);
        Assert.Equal(0, seen.Faulted);
        Assert.True(seen.SpilledBy(SpillCause.TooSmall).Jobs > 0);
    }

    [Fact]
    public void Submit_IdleEngines_TakesTheLeastLoaded()
    {
        using var scene = new PoolScene(3);
        scene.HoldEngines();

        Assert.All(scene.Pool.Snapshot().Engines, engine => Assert.Equal(1, engine.Jobs));
    }

    [Fact]
    public void Submit_EngineRan_CountsPacketsAndBytes()
    {
        using var scene = new PoolScene(1);
        scene.Submit(size: 900);
        scene.Submit(size: 100);
        scene.Pool.Dispose();

        Assert.Equal(new WorkCount(2, 2, 1000), scene.Pool.Snapshot().OnEngines);
    }

    [Fact]
    public void Run_Throws_LaneGoesOnAndTheFirstFaultIsKept()
    {
        using var scene = new PoolScene(1);
        var bad = scene.Submit(work: () => throw new InvalidOperationException("first"));
        scene.Submit(work: () => throw new InvalidOperationException("second"));
        var good = scene.Submit();
        scene.Pool.Dispose();

        var seen = scene.Pool.Snapshot();
        Assert.Equal(3, scene.Oracle.Delivered);
        Assert.Equal(2, seen.Faulted);
        Assert.Equal("first", seen.FirstFault?.Message);
        Assert.True(bad.WasFaulted);
        Assert.False(good.WasFaulted);
    }

    [Fact]
    public void Deliver_Throws_EngineGoesOn()
    {
        using var scene = new PoolScene(1);
        scene.Submit(sending: () => throw new InvalidOperationException("unreachable"));
        scene.Submit();
        scene.Pool.Dispose();

        Assert.Equal(2, scene.Oracle.Delivered);
        Assert.Equal(1, scene.Pool.Snapshot().Faulted);
    }

    [Fact]
    public void Dispose_WhileBusy_EveryJobIsDeliveredOnce()
    {
        for (var round = 0; round < 50; round++)
        {
            var lanes = Enumerable.Range(0, 3).Select(_ => new LaneOracle()).ToArray();
            var pool = new EnginePool(new EnginePoolModel { Engines = 2, Rule = new NeedHelpRule { QueueDepth = 4, HonorPriority = round % 2 == 0 } }, new CpuLedger());

            Condition.InParallel(
                () => Churn(pool, lanes, new Random(round), 500),
                () => Churn(pool, lanes, new Random(-round - 1), 500),
                () =>
                {
                    Condition.Await(() => lanes.Sum(lane => lane.Delivered) >= 100);
                    pool.Dispose();
                });

            Assert.All(lanes, lane => Assert.True(lane.Lane.IsIdle));
            Assert.All(lanes, lane => Assert.Equal(0, lane.Disorders));
            Assert.Equal(1000, lanes.Sum(lane => lane.Delivered));
        }
    }

    [Fact]
    public void Dispose_FromItsOwnEngine_IsRefused()
    {
        using var scene = new PoolScene(1);
        scene.Submit(work: scene.Pool.Dispose);
        Condition.Await(() => scene.Pool.Snapshot().Faulted == 1);

        Assert.IsType<InvalidOperationException>(scene.Pool.Snapshot().FirstFault);
    }

    [Fact]
    public void Park_WhileBusy_LosesNothing()
    {
        const int PerThread = 20_000;
        var lanes = Enumerable.Range(0, 3).Select(_ => new LaneOracle()).ToArray();
        using var pool = new EnginePool(new EnginePoolModel { Engines = 2, Rule = new NeedHelpRule { QueueDepth = 4, HonorPriority = false } }, new CpuLedger());
        var done = 0;

        Condition.InParallel(
            () => { Churn(pool, lanes, new Random(1), PerThread); Interlocked.Increment(ref done); },
            () => { Churn(pool, lanes, new Random(2), PerThread); Interlocked.Increment(ref done); },
            () =>
            {
                var random = new Random(3);
                while (Volatile.Read(ref done) < 2)
                {
                    pool.Park(random.Next(2));
                    Thread.Yield();
                    pool.Unpark(random.Next(2));
                }
            });

        Assert.All(lanes, lane => Assert.True(lane.Lane.Drain(TimeSpan.FromMinutes(1))));
        Assert.All(lanes, lane => Assert.Equal(0, lane.Disorders));
        Assert.Equal(2 * PerThread, lanes.Sum(lane => lane.Delivered));
    }

    [Fact]
    public void Submit_FromADeliveryWhenFull_RunsOnTheEngineItself()
    {
        using var scene = new PoolScene(1, new NeedHelpRule { QueueDepth = 1, HonorPriority = false, LongestWait = TimeSpan.FromHours(1) });
        var other = new LaneOracle();
        using var queued = new ManualResetEventSlim();
        scene.Submit(work: queued.Wait, sending: () =>
        {
            var job = new OracleJob();
            other.Admit(job);
            scene.Pool.Submit(job);
        });
        Condition.Await(() => scene.Pool.Snapshot().Engines[0].Jobs == 1);
        scene.Submit();
        queued.Set();
        scene.Pool.Dispose();

        Assert.Equal(1, other.Delivered);
        Assert.Equal(3, scene.Pool.Snapshot().OnEngines.Jobs);
        Assert.Equal(0, scene.Pool.Snapshot().Spilled.Jobs);
    }

    [Fact]
    public void Model_WithoutSense_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new EnginePool(new EnginePoolModel { Engines = -1 }, new CpuLedger()));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EnginePool(new EnginePoolModel { Engines = 1, Rule = new NeedHelpRule { QueueDepth = 0 } }, new CpuLedger()));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EnginePool(new EnginePoolModel { Engines = 1, Rule = new NeedHelpRule { QueueOctets = 0 } }, new CpuLedger()));
    }

    private static void Churn(EnginePool pool, LaneOracle[] lanes, Random random, int count)
    {
        var jobs = Enumerable.Range(0, 64).Select(number => new OracleJob { Size = number * 20 }).ToArray();
        for (var round = 0; round < count; round++)
        {
            var job = jobs[round % jobs.Length];
            while (!job.IsFree)
            {
                // As a general thread does before it blocks.
                if (!pool.Help())
                {
                    Thread.Yield();
                }
            }

            job.Take();
            lanes[random.Next(lanes.Length)].Admit(job);
            pool.Submit(job);
        }
    }
}
