using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Pinning;

namespace Offload.Tests.Engines.Pinning;

public class FollowTests
{
    private const int Here = 4;
    private const int There = 9;

    // More than an engine that has settled elsewhere waits for.
    private const int Plenty = 8 << 20;

    [Fact]
    public void Submit_FromBoundThreads_EngineFollowsMostOctets() =>
        Assert.Equal([Here, There], Bindings(new EnginePoolModel { Engines = 1, FollowsWork = true }, (Here, 1500), (There, Plenty), (Here, 1500)));

    [Fact]
    public void Submit_FromUnboundThreads_EngineStaysWhereItIs() =>
        Assert.Empty(Bindings(new EnginePoolModel { Engines = 1, FollowsWork = true }, (ThreadBinding.None, Plenty)));

    [Fact]
    public void Submit_EngineWithAProcessorOfItsOwn_DoesNotFollow() =>
        Assert.Equal([2], Bindings(new EnginePoolModel { Engines = 1, FollowsWork = true, Processors = [2] }, (Here, Plenty)));

    [Fact]
    public void Submit_NotAskedFor_DoesNotFollow() =>
        Assert.Empty(Bindings(new EnginePoolModel { Engines = 1 }, (Here, Plenty)));

    private static int[] Bindings(EnginePoolModel model, params (int From, int Octets)[] jobs)
    {
        var pinning = new RecordingPinning();
        var pool = new EnginePool(model with { Pinning = pinning, Rule = new NeedHelpRule { QueueOctets = int.MaxValue, AlternateWait = TimeSpan.FromHours(1) } }, new CpuLedger());
        var oracle = new LaneOracle();
        Condition.InParallel(() =>
        {
            foreach (var (from, octets) in jobs)
            {
                ThreadBinding.Processor = from;
                var job = new OracleJob { Size = octets };
                oracle.Admit(job);
                pool.Submit(job);
            }
        });
        pool.Dispose();
        return [.. pinning.Taken];
    }
}
