using BenchmarkDotNet.Attributes;
using IpsecDp.Engines.Accounting;
using IpsecDp.Ipsec.Sad;

namespace IpsecDp.Bench.Line;

/// <summary>The whole memory line from host to host against the cipher alone, time per packet sealed and opened.</summary>
[MemoryDiagnoser]
public class LineBenchmark
{
    private const int Batches = 32;
    private const int Packets = Batches * MemoryLine.BatchSize;

    private BareCipher _bare = null!;
    private MemoryLine _alone = null!;
    private MemoryLine _withEngine = null!;

    /// <summary>Transport or tunnel mode.</summary>
    [Params(SaMode.Transport, SaMode.Tunnel)]
    public SaMode Mode { get; set; }

    /// <summary>Octets of the clear IP packet.</summary>
    [Params(64, 1400)]
    public int PacketLength { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var ledger = new CpuLedger();
        _bare = new BareCipher(Mode, PacketLength);
        _alone = new MemoryLine(Mode, PacketLength, engines: 0, ledger);
        _withEngine = new MemoryLine(Mode, PacketLength, engines: 1, ledger);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _withEngine.Dispose();
        _alone.Dispose();
        _bare.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Packets)]
    public void BareCipher() => _bare.SealAndOpen(Batches);

    [Benchmark(OperationsPerInvoke = Packets)]
    public void LineWithoutEngine() => _alone.Carry(Batches);

    [Benchmark(OperationsPerInvoke = Packets)]
    public void LineWithOneEngine() => _withEngine.Carry(Batches);
}
