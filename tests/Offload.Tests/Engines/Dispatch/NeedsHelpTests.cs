using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;

namespace Offload.Tests.Engines.Dispatch;

/// <summary>ZIIPAWMT, needs-help and IIPHONORPRIORITY by a manual clock, with an engine that is held.</summary>
public sealed class NeedsHelpTests : IDisposable
{
    private static readonly TimeSpan Wait = TimeSpan.FromMicroseconds(3200);

    private readonly ManualTime _time = new();
    private readonly ManualResetEventSlim _hold = new();
    private readonly ManualResetEventSlim _isHeld = new();
    private readonly List<ClassJob> _ran = [];
    private EnginePool? _pool;

    public void Dispose()
    {
        _hold.Set();
        _pool?.Dispose();
        _hold.Dispose();
        _isHeld.Dispose();
    }

    [Fact]
    public void Rules_that_say_the_same_are_equal()
    {
        var rule = new NeedHelpRule { QueueDepth = 10, KeptToEngines = [ServiceClass.EeHigh] };
        Assert.Equal(rule, new NeedHelpRule { QueueDepth = 10, KeptToEngines = [ServiceClass.EeHigh] });
        Assert.Equal(rule.GetHashCode(), new NeedHelpRule { QueueDepth = 10, KeptToEngines = [ServiceClass.EeHigh] }.GetHashCode());
        Assert.NotEqual(rule, rule with { KeptToEngines = [ServiceClass.EeLow] });
        Assert.NotEqual(rule, rule with { QueueDepth = 11 });
        Assert.NotEqual(rule, rule with { HonorPriority = false });
    }

    [Fact]
    public void Help_BeforeTheAlternateWait_IsNotAskedFor()
    {
        var pool = Held(new NeedHelpRule { AlternateWait = Wait });
        Submit(pool, ServiceClass.Tcp);
        _time.Pass(Wait);

        Assert.False(pool.Help());
        Assert.Empty(_ran);
        Assert.False(pool.NeedsHelp);
    }

    [Fact]
    public void Help_AfterTheAlternateWait_GoesOnUntilNothingWaitsTheMostImportantFirst()
    {
        var pool = Held(new NeedHelpRule { AlternateWait = Wait });
        var old = Submit(pool, ServiceClass.Unclassified);
        _time.Pass(Wait + TimeSpan.FromMicroseconds(1));

        // A helper runs the most important that waits, which has waited for nothing.
        var bulk = Submit(pool, ServiceClass.Tcp);
        Assert.Empty(_ran);

        Assert.True(pool.Help());
        Assert.True(pool.NeedsHelp);
        Assert.Equal([bulk], _ran);

        Assert.True(pool.Help());
        Assert.Equal([bulk, old], _ran);
        Assert.True(pool.NeedsHelp);

        Assert.False(pool.Help());
        Assert.False(pool.NeedsHelp);
        var counts = pool.Snapshot();
        Assert.Equal((1L, 1L, 1L), (counts.SpilledBy(SpillCause.Helped, ServiceClass.Tcp).Jobs, counts.SpilledBy(SpillCause.Waited, ServiceClass.Unclassified).Jobs, counts.HelpCalls));
        Assert.All(_ran, job => Assert.False(job.WasOnEngine));
    }

    [Fact]
    public void Submit_ImportantJobWhileLesserOnesAreLate_HelpsWithNoneOfThem()
    {
        const int Smallest = 100;
        var pool = Held(new NeedHelpRule { AlternateWait = Wait, SmallestJob = Smallest });
        var late = Submit(pool, ServiceClass.Tcp);
        _time.Pass(Wait * 2);

        // Its submitter may have more of its kind in hand; that one runs it itself only lets it be seen.
        var important = Submit(pool, ServiceClass.EeHigh, Smallest - 1);
        Assert.Equal([important], _ran);

        // Who brings what matters no more than the late one helps.
        var lesser = Submit(pool, ServiceClass.Unclassified, Smallest - 1);
        Assert.Equal([important, lesser, late], _ran);
    }

    /// <summary>A flood of what is marked keeps its thread from helping; help that went on beside each job it brings took the engines half of their work.</summary>
    [Fact]
    public void Submit_JobWhileHelpGoesOn_RunsWhatIsLateAndLeavesTheRestToTheEngines()
    {
        var pool = Held(new NeedHelpRule { AlternateWait = Wait });
        var late = Submit(pool, ServiceClass.EeLow);
        _time.Pass(Wait * 2);
        Submit(pool, ServiceClass.EeLow);
        Assert.Equal([late], _ran);

        var important = Submit(pool, ServiceClass.EeHigh);
        Submit(pool, ServiceClass.EeLow);
        Assert.Equal([late], _ran);

        _time.Pass(Wait * 2);
        Submit(pool, ServiceClass.EeLow);
        Assert.Equal([late, important], _ran);
    }

    [Fact]
    public void Help_OneJobThatIsNotLate_IsLeftToTheEngine()
    {
        var pool = Held(new NeedHelpRule { AlternateWait = Wait });
        var late = Submit(pool, ServiceClass.Tcp);
        _time.Pass(Wait * 2);

        // Of two the helper runs the late one; what came last the engine takes next.
        var fresh = Submit(pool, ServiceClass.Unclassified);
        Assert.Equal([late], _ran);
        Assert.False(pool.Help());
        Assert.False(pool.NeedsHelp);

        _time.Pass(Wait * 2);
        Assert.True(pool.Help());
        Assert.Equal([late, fresh], _ran);
    }

    [Fact]
    public void Help_OnceServed_IsAskedForAnewOnlyAfterAnotherWait()
    {
        var pool = Held(new NeedHelpRule { AlternateWait = Wait });
        Submit(pool, ServiceClass.Tcp);
        _time.Pass(Wait * 2);
        while (pool.Help())
        {
        }

        Submit(pool, ServiceClass.Tcp);
        _time.Pass(Wait);
        Assert.False(pool.Help());
        _time.Pass(Wait);
        Assert.True(pool.Help());
        Assert.Equal(2, pool.Snapshot().HelpCalls);
    }

    [Fact]
    public void Help_HonorPriorityNo_IsNeverGiven()
    {
        var pool = Held(new NeedHelpRule { AlternateWait = Wait, HonorPriority = false });
        Submit(pool, ServiceClass.EeNetwork);
        _time.Pass(TimeSpan.FromHours(1));

        Assert.False(pool.Help());
        Assert.Empty(_ran);
    }

    [Fact]
    public void Help_ClassKeptToEngines_IsPassedOverAndDoesNotAsk()
    {
        var pool = Held(new NeedHelpRule { AlternateWait = Wait, KeptToEngines = [ServiceClass.EeNetwork] });
        Submit(pool, ServiceClass.EeNetwork);
        _time.Pass(Wait * 2);
        Assert.False(pool.Help());

        var bulk = Submit(pool, ServiceClass.Tcp);
        _time.Pass(Wait * 2);
        Assert.True(pool.Help());
        Assert.Equal([bulk], _ran);
        Assert.False(pool.Help());
        Assert.False(pool.NeedsHelp);
    }

    [Fact]
    public void Engine_ReleasedAfterAFlood_TakesTheMostImportantFirst()
    {
        var pool = Held(new NeedHelpRule { AlternateWait = TimeSpan.FromHours(1) });
        ServiceClass[] order = [ServiceClass.Unclassified, ServiceClass.Tcp, ServiceClass.Udp, ServiceClass.EeHigh, ServiceClass.Tcp, ServiceClass.EeNetwork, ServiceClass.EeHigh];
        foreach (var serviceClass in order)
        {
            Submit(pool, serviceClass);
        }

        _hold.Set();
        pool.Dispose();
        Assert.Equal(order.Order(), _ran.Select(job => job.Class));
        Assert.All(_ran, job => Assert.True(job.WasOnEngine));
    }

    [Fact]
    public void Engine_OneQueueForAll_TakesThemAsTheyCame()
    {
        var pool = Held(new NeedHelpRule { AlternateWait = TimeSpan.FromHours(1) }, queuesByClass: false);
        ServiceClass[] order = [ServiceClass.Unclassified, ServiceClass.Tcp, ServiceClass.EeNetwork, ServiceClass.EeHigh];
        foreach (var serviceClass in order)
        {
            Submit(pool, serviceClass);
        }

        _hold.Set();
        pool.Dispose();
        Assert.Equal(order, _ran.Select(job => job.Class));
    }

    private EnginePool Held(NeedHelpRule rule, bool queuesByClass = true)
    {
        _pool = new EnginePool(new EnginePoolModel { Engines = 1, Rule = rule, Time = _time, QueuesByClass = queuesByClass }, new CpuLedger());
        var oracle = new LaneOracle();
        var holder = new OracleJob
        {
            Work = () =>
            {
                _isHeld.Set();
                _hold.Wait();
            },
        };
        oracle.Admit(holder);
        _pool.Submit(holder);
        _isHeld.Wait();
        return _pool;
    }

    private ClassJob Submit(EnginePool pool, ServiceClass serviceClass, int size = 1500)
    {
        var job = new ClassJob(serviceClass, _ran, size: size).Open();
        pool.Submit(job);
        return job;
    }
}
