using BenchmarkDotNet.Attributes;
using IpsecDp.Ipsec.Sad;

namespace IpsecDp.Bench.Associations;

/// <summary>Finding an inbound SA by its SPI: ten SAs over and over, and all in random order.</summary>
[MemoryDiagnoser]
public class LookUpBenchmark
{
    private const int LookUps = 10_000;

    private AssociationStock _stock = null!;
    private uint[] _near = null!;
    private uint[] _all = null!;
    private int _at;

    /// <summary>SAs installed.</summary>
    [Params(10, 1_000, 100_000, 1_000_000)]
    public int Installed { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _stock = new AssociationStock(Installed);
        _stock.Install();
        _near = _stock.Spis[..10];
        _all = [.. _stock.Spis];
        new Random(Installed).Shuffle(_all);
    }

    [GlobalCleanup]
    public void Cleanup() => _stock.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = LookUps)]
    public int FindTen()
    {
        var start = 0;
        return Find(_near, ref start);
    }

    [Benchmark(OperationsPerInvoke = LookUps)]
    public int FindAny() => Find(_all, ref _at);

    private int Find(uint[] spis, ref int at)
    {
        var found = 0;
        for (var i = 0; i < LookUps; i++)
        {
            at = at < spis.Length ? at : 0;
            found += _stock.Table.TryFind(SaProtocol.Esp, spis[at++], out _) ? 1 : 0;
        }

        return found;
    }
}
