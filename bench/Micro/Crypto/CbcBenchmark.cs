using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Simd;

namespace IpsecDp.Bench.Crypto;

/// <summary>ESP packets with AES-CBC and HMAC-SHA-256, time per packet: one after the other, and eight side by side.</summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class CbcBenchmark
{
    private const int Packets = 16;

    private SealedPackets _packets = null!;
    private IPacketCipher _cipher = null!;
    private bool[] _opened = null!;

    /// <summary>Octets of payload.</summary>
    [Params(64, 512, 1408)]
    public int Payload { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var suite = new CipherSuite(EncryptionAlgorithm.AesCbc, 128, IntegrityAlgorithm.HmacSha256_128);
        _packets = new SealedPackets(suite, Payload, Packets);
        _cipher = _packets.CreateCipher(new SimdEngine());
        _opened = new bool[Packets];
        _cipher.SealMany(_packets.Slices);
        _packets.Keep();
    }

    [GlobalCleanup]
    public void Cleanup() => _cipher.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = Packets), BenchmarkCategory("seal")]
    public void SealEach()
    {
        foreach (ref readonly PacketSlice slice in _packets.Slices.AsSpan())
        {
            _cipher.Seal(slice.Packet, slice.Sequence);
        }
    }

    [Benchmark(OperationsPerInvoke = Packets), BenchmarkCategory("seal")]
    public void SealMany() => _cipher.SealMany(_packets.Slices);

    [Benchmark(Baseline = true, OperationsPerInvoke = Packets), BenchmarkCategory("open")]
    public bool OpenMany()
    {
        _packets.Restore();
        _cipher.OpenMany(_packets.Slices, _opened);
        return !_opened.AsSpan().Contains(false);
    }
}
