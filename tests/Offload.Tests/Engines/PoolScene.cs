using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;

namespace Offload.Tests.Engines;

/// <summary>A pool whose engines can be held busy.</summary>
internal sealed class PoolScene : IDisposable
{
    private readonly ManualResetEventSlim _hold = new();
    private int _held;
    private int _escaped;

    public PoolScene(int engines, NeedHelpRule? rule = null) =>
        Pool = new EnginePool(new EnginePoolModel { Engines = engines, Rule = rule ?? new NeedHelpRule { AlternateWait = TimeSpan.FromHours(1) } }, Ledger);

    public CpuLedger Ledger { get; } = new();

    public EnginePool Pool { get; }

    public LaneOracle Oracle { get; } = new();

    public OracleJob Submit(int size = 1500, Action? work = null, Action? sending = null)
    {
        var job = new OracleJob { Size = size, Work = work, Sending = sending };
        Oracle.Admit(job);
        Pool.Submit(job);
        return job;
    }

    /// <summary>Gives each engine a job that does not end before <see cref="Release"/>, and waits until it has begun.</summary>
    public void HoldEngines()
    {
        while (Volatile.Read(ref _held) < Pool.Engines)
        {
            var seen = Volatile.Read(ref _held) + Volatile.Read(ref _escaped);
            Submit(work: HoldEngine);
            Condition.Await(() => Volatile.Read(ref _held) + Volatile.Read(ref _escaped) > seen);
        }
    }

    public void Release() => _hold.Set();

    public void Dispose()
    {
        Release();
        Pool.Dispose();
        _hold.Dispose();
    }

    // A rule without patience may bring the job back to the submitter, who must not be held.
    private void HoldEngine()
    {
        if (SpecialtyEngine.Current is null)
        {
            Interlocked.Increment(ref _escaped);
            return;
        }

        Interlocked.Increment(ref _held);
        _hold.Wait();
    }
}
