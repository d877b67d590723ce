using BenchmarkDotNet.Attributes;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;

namespace IpsecDp.Bench.Engines;

/// <summary>The parts of a hand-over by themselves: a place in a lane and a switch of accounts.</summary>
[MemoryDiagnoser]
public class LaneBench : IDisposable
{
    private readonly OrderedLane _lane = new();
    private readonly EmptyJob _job = new();
    private ThreadMeter? _meter;

    [GlobalSetup]
    public void Register() => _meter = new CpuLedger().Register("bench", CpuAccount.General);

    [GlobalCleanup]
    public void Dispose()
    {
        _meter?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public void OpenAndClose()
    {
        _lane.Open(_job);
        _lane.Close(_job);
    }

    [Benchmark]
    public CpuAccount SwitchThereAndBack()
    {
        var former = _meter!.Switch(CpuAccount.HandOver);
        _meter.Switch(former);
        return former;
    }

    private sealed class EmptyJob : LaneJob
    {
        public override int Bytes => 0;

        public override void Run()
        {
        }

        public override void Deliver()
        {
        }
    }
}
