using System.Security.Cryptography;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Platform;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Crypto.Simd;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.Ports.Memory;
using IpsecDp.TestKit.Line;

namespace IpsecDp.Bench.Associations;

/// <summary>A data plane with many inbound SAs under AES-128-GCM, each with keys and a random SPI of its own, installed one at a time as control does.</summary>
internal sealed class AssociationStock : IDisposable
{
    private const int Seed = 20261123;

    // SAs of one peer share its tunnel's name and its selectors' host; keys, window and counters are each SA's own.
    private const int PerTunnel = 100;

    private readonly MemoryClearPort _clear = new();
    private readonly MemoryCipherPort _cipher;
    private readonly MemoryCipherPort _far;
    private readonly EnginePool _pool;
    private readonly DataPlane _plane;

    /// <summary>An empty data plane and the SPIs of <paramref name="count"/> SAs to come.</summary>
    public AssociationStock(int count)
    {
        var ledger = new CpuLedger();
        (_cipher, _far) = MemoryCipherLink.Create();
        _pool = new EnginePool(new EnginePoolModel { Engines = 0 }, ledger);
        _plane = new DataPlane(new DataPlaneOptions
        {
            Name = "stock",
            ClearPorts = [_clear],
            CipherPorts = [_cipher],
            Pool = _pool,
            Crypto = new CryptoEngines(new SimdEngine(), new PlatformEngine()),
            Ledger = ledger,
            Packets = new BufferPool(BufferPool.PacketCapacity, 1),
            Superframes = new BufferPool(BufferPool.SuperframeCapacity, 1),
            Events = new RecordedEvents(),
        });
        Spis = RandomSpis(count);
    }

    /// <summary>The SPIs in the order of installation.</summary>
    public uint[] Spis { get; }

    /// <summary>The table the line looks in.</summary>
    public SaTable Table => _plane.Associations;

    /// <summary>Makes the models and installs them.</summary>
    public void Install()
    {
        var (local, remote) = (TestSa.Address("192.0.2.2"), TestSa.Address("192.0.2.1"));
        Span<byte> material = stackalloc byte[CipherSuite.Default.KeyLength + CipherSuite.Default.SaltLength];
        var tunnel = "";
        for (var i = 0; i < Spis.Length; i++)
        {
            tunnel = i % PerTunnel == 0 ? $"tunnel-{i / PerTunnel}" : tunnel;
            RandomNumberGenerator.Fill(material);
            _plane.InstallInbound(tunnel, [new SaModel
            {
                Tunnel = tunnel,
                Spi = Spis[i],
                Protocol = SaProtocol.Esp,
                Mode = SaMode.Tunnel,
                Suite = CipherSuite.Default,
                Keys = new SuiteKeys(new SecretBytes(material), SecretBytes.Empty),
                Local = local,
                Remote = remote,
            }]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _plane.Dispose();
        _pool.Dispose();
        _clear.Dispose();
        _cipher.Dispose();
        _far.Dispose();
    }

    private static uint[] RandomSpis(int count)
    {
        var random = new Random(Seed);
        var spis = new HashSet<uint>(count);
        while (spis.Count < count)
        {
            spis.Add((uint)random.NextInt64(256, 1L << 32));
        }

        return [.. spis];
    }
}
