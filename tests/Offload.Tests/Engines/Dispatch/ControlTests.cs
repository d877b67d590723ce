using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;

namespace Offload.Tests.Engines.Dispatch;

/// <summary>The controls that change where everything runs, judged by counts and accounts.</summary>
public class ControlTests
{
    private const long Jobs = 3000;

    [Fact]
    public void HonorPriorityNo_MoreThanTheQueuesHold_RatioIsExactlyOne()
    {
        var ledger = new CpuLedger();
        var pool = Flood(new EnginePoolModel { Engines = 1, Rule = new NeedHelpRule { HonorPriority = false, QueueDepth = 2, LongestWait = TimeSpan.FromHours(1), AlternateWait = TimeSpan.Zero } }, ledger);

        Assert.Equal((Jobs, 0L), (pool.OnEngines.Jobs, pool.Spilled.Jobs));
        Assert.Equal(1.0, new OffloadRatios(ledger.Snapshot()).OffloadRatio);
        Assert.Equal(1.0, new OffloadRatios(ledger.Snapshot()).OffloadRatioOf(ServiceClass.Tcp));
    }

    [Fact]
    public void HonorPriorityYes_MoreThanTheQueuesHold_RatioIsBelowOne()
    {
        var ledger = new CpuLedger();
        var pool = Flood(new EnginePoolModel { Engines = 1, Rule = new NeedHelpRule { QueueDepth = 2 } }, ledger);

        Assert.Equal(Jobs, pool.OnEngines.Jobs + pool.Spilled.Jobs);
        Assert.True(pool.Spilled.Jobs > 0);
        Assert.True(new OffloadRatios(ledger.Snapshot()).OffloadRatio < 1);
    }

    [Fact]
    public void NoIpSecurity_NothingIsEligible()
    {
        var ledger = new CpuLedger();
        var pool = Flood(new EnginePoolModel { Engines = 1, IpSecurity = false }, ledger);

        Assert.Equal((Jobs, 0L, 0L, 0L), (pool.NotEligible.Jobs, pool.OnEngines.Jobs, pool.Spilled.Jobs, pool.Projected.Jobs));
        Assert.Equal(0, ledger.Snapshot()[CpuAccount.EligibleOnGeneral] + ledger.Snapshot()[CpuAccount.SpecialtyEligible]);
        Assert.True(ledger.Snapshot()[CpuAccount.General, ServiceClass.Tcp] > 0);
    }

    [Fact]
    public void NoEngines_EachClassIsProjected()
    {
        var ledger = new CpuLedger();
        var pool = Flood(new EnginePoolModel { Engines = 0 }, ledger);

        Assert.Equal((Jobs / 2, Jobs / 2), (pool.ProjectedOf(ServiceClass.Tcp).Jobs, pool.ProjectedOf(ServiceClass.EeHigh).Jobs));
        Assert.True(ledger.Snapshot().Projected(ServiceClass.Tcp) > 0);
        Assert.Equal(ledger.Snapshot()[CpuAccount.EligibleOnGeneral], ServiceClasses.All.Sum(ledger.Snapshot().Projected), tolerance: 1e-6);
    }

    [Fact]
    public void HandedBack_AGeneralThreadDelivers()
    {
        var ledger = new CpuLedger();
        var pool = Flood(new EnginePoolModel { Engines = 1, Delivery = DeliveryRule.HandedBack, Rule = new NeedHelpRule { HonorPriority = false, LongestWait = TimeSpan.FromHours(1) } }, ledger);

        Assert.Equal(Jobs, pool.OnEngines.Jobs);
        Assert.True(pool.HandedBack > 0);
        Assert.True(ledger.Snapshot()[CpuAccount.General, ServiceClass.Tcp] > 0);
    }

    [Fact]
    public void ByEngine_NothingIsHandedBack()
    {
        var ledger = new CpuLedger();
        var pool = Flood(new EnginePoolModel { Engines = 1, Rule = new NeedHelpRule { HonorPriority = false, LongestWait = TimeSpan.FromHours(1) } }, ledger);

        Assert.Equal(0, pool.HandedBack);
        Assert.Equal(0, ledger.Snapshot()[CpuAccount.General, ServiceClass.Tcp]);
        Assert.True(ledger.Snapshot()[CpuAccount.SpecialtyOther, ServiceClass.Tcp] > 0);
    }

    // Counts, not time: an engine that is off runs nothing, and each job is run and delivered once and in order.
    [Fact]
    public void OneOfTwoEngines_VariedOffAndOn_RatioDipsAndRecoversAndNothingIsLost()
    {
        var rule = new NeedHelpRule { QueueDepth = 4, AlternateWait = TimeSpan.FromHours(1) };
        using var pool = new EnginePool(new EnginePoolModel { Engines = 2, Rule = rule }, new CpuLedger());
        var oracle = new LaneOracle();
        var before = Burst(pool, oracle, 8);
        pool.Park(1);
        var during = Burst(pool, oracle, 8);
        pool.Unpark(1);
        var after = Burst(pool, oracle, 8);

        Assert.Equal((8L, 4L, 8L), (before.OnEngines.Jobs, during.OnEngines.Jobs, after.OnEngines.Jobs));
        Assert.Equal((0L, 4L, 0L), (before.Spilled.Jobs, during.SpilledBy(SpillCause.Full).Jobs, after.Spilled.Jobs));
        Assert.Equal(0, during.Engines[1].Jobs);
        Assert.Equal((oracle.Admitted, 0L), (oracle.Delivered, oracle.Disorders));
    }

    // Engines that are on are held while the jobs are brought, so that what fits their queues and what does not is no matter of time.
    private static EnginePoolSnapshot Burst(EnginePool pool, LaneOracle oracle, int jobs)
    {
        using var hold = new ManualResetEventSlim();
        var online = pool.Snapshot().Engines.Count(engine => !engine.IsParked);
        var holders = 0;
        for (var engine = 0; engine < online; engine++)
        {
            var holder = new OracleJob { Work = () => { Interlocked.Increment(ref holders); hold.Wait(); } };
            oracle.Admit(holder);
            pool.Submit(holder);
            var due = engine + 1;
            Condition.Await(() => Volatile.Read(ref holders) == due);
        }

        var start = pool.Snapshot();
        for (var job = 0; job < jobs; job++)
        {
            var own = new OracleJob();
            oracle.Admit(own);
            pool.Submit(own);
        }

        hold.Set();
        Assert.True(oracle.Lane.Drain(Timeout.InfiniteTimeSpan));
        return pool.Snapshot().Since(start);
    }

    private static EnginePoolSnapshot Flood(EnginePoolModel model, CpuLedger ledger)
    {
        EnginePoolSnapshot? counts = null;
        Condition.InParallel(() =>
        {
            using var meter = ledger.Register("general", CpuAccount.General);
            using var pool = new EnginePool(model, ledger);
            var lanes = new[] { new LaneOracle(), new LaneOracle() };
            for (var job = 0; job < Jobs; job++)
            {
                var own = new OracleJob { ServiceClass = job % 2 == 0 ? ServiceClass.Tcp : ServiceClass.EeHigh, Work = () => Thread.SpinWait(50), Sending = () => Thread.SpinWait(50) };
                lanes[job % 2].Admit(own);
                pool.Submit(own);
            }

            Assert.All(lanes, lane => Assert.True(lane.Lane.Drain(Timeout.InfiniteTimeSpan)));
            Assert.All(lanes, lane => Assert.Equal((Jobs / 2L, 0L), (lane.Delivered, lane.Disorders)));
            pool.Dispose();
            counts = pool.Snapshot();
        });
        Assert.Equal(Jobs, counts!.BatchSizes.Total);
        return counts;
    }
}
