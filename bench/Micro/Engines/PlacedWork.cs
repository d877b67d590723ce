using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;

namespace IpsecDp.Bench.Engines;

/// <summary>One general thread that submits sealing of several SAs in turns, to any engine or to the one an SA is bound to.</summary>
internal sealed class PlacedWork : IDisposable
{
    private const int InFlight = 8;

    // Bound engines are pools of one: the same queue, spin and accounts, so that only the placement differs.
    private readonly EnginePool[] _pools;
    private readonly OrderedLane[] _lanes;
    private readonly Queue<SealWork>[] _jobs;
    private readonly int[] _turns;

    /// <summary>Starts the engines; <paramref name="turns"/> are the SAs in the order they come up.</summary>
    public PlacedWork(int engines, bool isBound, int[] turns)
    {
        var ledger = new CpuLedger();
        var rule = new NeedHelpRule { HonorPriority = false };
        _pools = [.. Enumerable.Range(0, isBound ? engines : 1).Select(_ => new EnginePool(new EnginePoolModel { Engines = isBound ? 1 : engines, Rule = rule }, ledger))];
        _turns = turns;
        _lanes = [.. Enumerable.Range(0, turns.Max() + 1).Select(_ => new OrderedLane())];
        _jobs = [.. _lanes.Select((_, sa) => new Queue<SealWork>(Enumerable.Range(0, InFlight).Select(_ => new SealWork((uint)sa))))];
    }

    /// <summary>Seals that many jobs and waits for all of them.</summary>
    public void Seal(int jobs)
    {
        for (var number = 0; number < jobs; number++)
        {
            var sa = _turns[number % _turns.Length];
            var job = _jobs[sa].Dequeue();
            _jobs[sa].Enqueue(job);
            while (!job.IsFree)
            {
                Thread.Yield();
            }

            job.Take();
            _lanes[sa].Open(job);
            _pools[sa % _pools.Length].Submit(job);
        }

        foreach (var lane in _lanes)
        {
            lane.Drain(Timeout.InfiniteTimeSpan);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var pool in _pools)
        {
            pool.Dispose();
        }

        foreach (var job in _jobs.SelectMany(jobs => jobs))
        {
            job.Dispose();
        }
    }
}
