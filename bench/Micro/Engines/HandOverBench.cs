using BenchmarkDotNet.Attributes;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;

namespace IpsecDp.Bench.Engines;

/// <summary>What one job pays for its place: run by its submitter, or moved to an engine through the channel; each with and without CPU accounting.</summary>
[MemoryDiagnoser]
public class HandOverBench : IDisposable
{
    private const int Jobs = 4096;
    private const int InFlight = 256;

    private readonly OrderedLane _lane = new();
    private readonly BenchJob[] _jobs = [.. Enumerable.Range(0, InFlight).Select(_ => new BenchJob())];
    private EnginePool _pool = null!;
    private ThreadMeter? _meter;

    /// <summary>0 runs every job on its submitter.</summary>
    [Params(0, 1)]
    public int EngineCount { get; set; }

    /// <summary>Whether the submitter's CPU time is booked; an engine's always is.</summary>
    [Params(false, true)]
    public bool Booked { get; set; }

    /// <summary>Rounds of busy work in a job; 0 shows the bare price.</summary>
    [Params(0, 2000)]
    public int Work { get; set; }

    [GlobalSetup]
    public void Open()
    {
        var ledger = new CpuLedger();
        _meter = Booked ? ledger.Register("bench", CpuAccount.General) : null;
        _pool = new EnginePool(new EnginePoolModel { Engines = EngineCount }, ledger);
        foreach (var job in _jobs)
        {
            job.Rounds = Work;
        }
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _pool.Dispose();
        _meter?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(OperationsPerInvoke = Jobs)]
    public void SubmitAndDeliver()
    {
        for (var number = 0; number < Jobs; number++)
        {
            var job = _jobs[number % InFlight];
            while (!job.IsFree)
            {
                // As a general thread does that finds nothing to receive.
                if (!_pool.Help())
                {
                    Thread.Yield();
                }
            }

            job.Take();
            _lane.Open(job);
            _pool.Submit(job);
        }

        _lane.Drain(Timeout.InfiniteTimeSpan);
    }

    private sealed class BenchJob : LaneJob
    {
        private int _taken;

        public int Rounds { get; set; }

        public bool IsFree => Volatile.Read(ref _taken) == 0;

        public override int Bytes => 1500;

        public void Take() => Volatile.Write(ref _taken, 1);

        public override void Run() => Thread.SpinWait(Rounds);

        public override void Deliver() => Volatile.Write(ref _taken, 0);
    }
}
