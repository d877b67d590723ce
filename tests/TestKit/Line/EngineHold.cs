using IpsecDp.Engines;

namespace IpsecDp.TestKit.Line;

/// <summary>Keeps the one engine of a pool busy until it is let go, so that jobs stay in its queue.</summary>
public sealed class EngineHold : IDisposable
{
    private readonly ManualResetEventSlim _begun = new();
    private readonly ManualResetEventSlim _end = new();
    private readonly OrderedLane _lane = new();

    /// <summary>Occupies the engine, and returns once it has begun.</summary>
    public EngineHold(EnginePool pool)
    {
        var job = new Occupation(this);
        _lane.Open(job);
        pool.Submit(job);
        _begun.Wait();
    }

    /// <summary>Lets the engine go on.</summary>
    public void Release() => _end.Set();

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        _lane.Drain(TimeSpan.FromMinutes(3));
        _begun.Dispose();
        _end.Dispose();
    }

    private sealed class Occupation(EngineHold hold) : LaneJob
    {
        public override int Bytes => 1;

        public override void Run()
        {
            hold._begun.Set();
            hold._end.Wait();
        }

        public override void Deliver()
        {
        }
    }
}
