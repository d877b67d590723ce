using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;

namespace Offload.Tests.Engines;

/// <summary>Who did not bring a job fetches it before running it; who brought it has it already.</summary>
public class FetchTests
{
    [Fact]
    public void Submit_ToAnEngine_IsFetchedOnceBeforeItRuns() => Assert.Equal(["fetch", "run", "deliver"], StepsOf(engines: 1));

    [Fact]
    public void Submit_WithoutEngines_IsNotFetched() => Assert.Equal(["run", "deliver"], StepsOf(engines: 0));

    [Fact]
    public void Fetch_ThatThrows_FaultsTheJob()
    {
        using var pool = new EnginePool(new EnginePoolModel { Engines = 1 }, new CpuLedger());
        var job = new Tracked { FetchFault = new InvalidOperationException("fetch") };
        new OrderedLane().Open(job);
        pool.Submit(job);
        Assert.True(job.Lane!.Drain(Timeout.InfiniteTimeSpan));
        Assert.Equal(["deliver"], job.Steps);
        Assert.True(job.WasFaulted);
    }

    // Nobody helps: the compiler may have the submitting thread for longer than a job may wait.
    private static List<string> StepsOf(int engines)
    {
        using var pool = new EnginePool(new EnginePoolModel { Engines = engines, Rule = new NeedHelpRule { HonorPriority = false } }, new CpuLedger());
        var job = new Tracked();
        new OrderedLane().Open(job);
        pool.Submit(job);
        Assert.True(job.Lane!.Drain(Timeout.InfiniteTimeSpan));
        Assert.False(job.WasFaulted);
        return job.Steps;
    }

    private sealed class Tracked : LaneJob
    {
        public List<string> Steps { get; } = [];

        public Exception? FetchFault { get; init; }

        public bool WasFaulted { get; private set; }

        public override int Bytes => 1500;

        public override void Fetch()
        {
            if (FetchFault is { } fault)
            {
                throw fault;
            }

            Steps.Add("fetch");
        }

        public override void Run() => Steps.Add("run");

        public override void Deliver()
        {
            WasFaulted = Faulted;
            Steps.Add("deliver");
        }
    }
}
