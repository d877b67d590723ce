using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Simd;

namespace IpsecDp.Bench.Crypto;

/// <summary>ESP packets with AES-GCM, time per packet: SimdEngine against AesGcm; opening includes putting the sealed packets back, for both.</summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class GcmBenchmark
{
    private const int Packets = 16;

    private SealedPackets _packets = null!;
    private PlatformGcm _platform = null!;
    private IPacketCipher _cipher = null!;
    private bool[] _opened = null!;

    /// <summary>Octets of payload.</summary>
    [Params(64, 256, 512, 1400, 8192)]
    public int Payload { get; set; }

    /// <summary>Bits of the key.</summary>
    [Params(128, 256)]
    public int KeyBits { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _packets = new SealedPackets(new CipherSuite(EncryptionAlgorithm.AesGcm16, KeyBits), Payload, Packets);
        _platform = _packets.CreatePlatform();
        _cipher = _packets.CreateCipher(new SimdEngine());
        _opened = new bool[Packets];
        _platform.Seal(_packets.Slices);
        _packets.Keep();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _platform.Dispose();
        _cipher.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Packets), BenchmarkCategory("seal")]
    public void AesGcmSeal() => _platform.Seal(_packets.Slices);

    [Benchmark(OperationsPerInvoke = Packets), BenchmarkCategory("seal")]
    public void SimdSeal()
    {
        foreach (ref readonly PacketSlice slice in _packets.Slices.AsSpan())
        {
            _cipher.Seal(slice.Packet, slice.Sequence);
        }
    }

    [Benchmark(OperationsPerInvoke = Packets), BenchmarkCategory("seal")]
    public void SimdSealMany() => _cipher.SealMany(_packets.Slices);

    [Benchmark(Baseline = true, OperationsPerInvoke = Packets), BenchmarkCategory("open")]
    public void AesGcmOpen()
    {
        _packets.Restore();
        _platform.Open(_packets.Slices);
    }

    [Benchmark(OperationsPerInvoke = Packets), BenchmarkCategory("open")]
    public bool SimdOpen()
    {
        _packets.Restore();
        var isRight = true;
        foreach (ref readonly PacketSlice slice in _packets.Slices.AsSpan())
        {
            isRight &= _cipher.TryOpen(slice.Packet, slice.Sequence);
        }

        return isRight;
    }

    [Benchmark(OperationsPerInvoke = Packets), BenchmarkCategory("open")]
    public bool SimdOpenMany()
    {
        _packets.Restore();
        _cipher.OpenMany(_packets.Slices, _opened);
        return !_opened.AsSpan().Contains(false);
    }
}
