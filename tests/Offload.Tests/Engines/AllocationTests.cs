using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;

namespace Offload.Tests.Engines;

public class AllocationTests
{
    private const int Jobs = 1_000_000;
    private const int WarmUp = 50_000;

    // A field, so that the compiler cannot prove the object needless.
    private static byte[]? _kept;

    [Fact]
    public void Probe_ThatAllocates_IsNoticed()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        _kept = new byte[1024];
        var after = GC.GetAllocatedBytesForCurrentThread();

        Assert.NotNull(_kept);
        Assert.InRange(after - before, 1024, 2048);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void MillionJobs_NeitherSideAllocates(bool honorPriority)
    {
        var rule = new NeedHelpRule { QueueDepth = 32, HonorPriority = honorPriority };
        var probe = new Probe();
        var jobs = Enumerable.Range(0, 128).Select(_ => new OracleJob { Work = probe.Look }).ToArray();
        var oracle = new LaneOracle();
        var ledger = new CpuLedger();
        using var meter = ledger.Register("general", CpuAccount.General);
        using var pool = new EnginePool(new EnginePoolModel { Engines = 1, Rule = rule }, ledger);

        Drive(pool, oracle, jobs, WarmUp);
        Assert.True(oracle.Lane.Drain(Timeout.InfiniteTimeSpan));
        probe.Begin();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Drive(pool, oracle, jobs, Jobs);
        var submitter = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(oracle.Lane.Drain(Timeout.InfiniteTimeSpan));

        Assert.Equal(0, submitter);
        Assert.Equal(0, probe.EngineBytes);
        Assert.True(probe.EngineJobs > 0);
        Assert.Equal(Jobs + WarmUp, oracle.Delivered);
        Assert.Equal(0, oracle.Disorders);
        TestContext.Current.TestOutputHelper?.WriteLine(pool.Snapshot().ToString() + pool.Snapshot().Engines[0]);
    }

    private static void Drive(EnginePool pool, LaneOracle oracle, OracleJob[] jobs, int count)
    {
        for (var round = 0; round < count; round++)
        {
            var job = jobs[round % jobs.Length];
            while (!job.IsFree)
            {
                Thread.Yield();
            }

            job.Take();
            oracle.Admit(job);
            pool.Submit(job);
        }
    }

    /// <summary>Reads the engine thread's own count of allocated bytes at its first and last job.</summary>
    private sealed class Probe
    {
        private long _first = -1;
        private long _last;
        private long _jobs;

        public long EngineBytes => Volatile.Read(ref _last) - Volatile.Read(ref _first);

        public long EngineJobs => Volatile.Read(ref _jobs);

        public void Begin() => Volatile.Write(ref _first, -1);

        public void Look()
        {
            if (SpecialtyEngine.Current is null)
            {
                return;
            }

            _last = GC.GetAllocatedBytesForCurrentThread();
            _jobs++;
            if (_first < 0)
            {
                _first = _last;
            }
        }
    }
}
