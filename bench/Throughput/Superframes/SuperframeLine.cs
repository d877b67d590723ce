using System.Diagnostics;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Platform;
using IpsecDp.Crypto.Simd;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Line;
using IpsecDp.Throughput.Seal;

namespace IpsecDp.Throughput.Superframes;

/// <summary>A TCP stream's superframes through a tunnel under UDP, AES-128-GCM, from one host's port to the other's on one thread: what the line costs where the kernel is left out.</summary>
internal sealed class SuperframeLine : IDisposable
{
    private const int LinkMtu = 1500;
    private const uint Spi = 0x1001;
    private const string Peer = "192.0.2.2";

    private readonly BufferPool _packets = new(BufferPool.PacketCapacity, PacketBatch.DefaultCapacity);
    private readonly BufferPool _superframes = new(BufferPool.SuperframeCapacity, PacketBatch.DefaultCapacity);
    private readonly CpuLedger _ledger = new();
    private readonly EnginePool _pool;
    private readonly PacketBatch _clear = new();
    private readonly PacketBatch _cipher = new();
    private readonly PacketBatch _opened = new();
    private readonly KeepingPort _link;
    private readonly KeepingPort _host;
    private readonly KeepingPort _away = new(new PacketBatch(), LinkMtu);
    private readonly DataPlane _a;
    private readonly DataPlane _b;
    private readonly SuperframeStream _stream;
    private readonly int _atOnce;

    /// <summary>A line whose segments are IP packets of <paramref name="length"/> octets, <paramref name="atOnce"/> superframes a batch.</summary>
    public SuperframeLine(int length, int atOnce)
    {
        (_stream, _atOnce) = (new SuperframeStream(length), atOnce);
        _pool = new EnginePool(new EnginePoolModel { Engines = 0 }, _ledger);
        (_link, _host) = (new KeepingPort(_cipher, LinkMtu), new KeepingPort(_opened, LinkMtu));
        _a = Make("a", _away, _link);
        _b = Make("b", _host, _away);
        _a.ReplaceOutbound(TestSa.Tunnel, [Model(isOutbound: true)]);
        _b.InstallInbound(TestSa.Tunnel, [Model(isOutbound: false)]);
        _a.Publish(TestSa.ProtectAll());
        _b.Publish(TestSa.ProtectAll());
    }

    /// <summary>Carries that many batches and returns the nanoseconds each segment took outbound and inbound; throws when a superframe did not arrive as it left.</summary>
    public (double Outbound, double Inbound) Carry(int batches)
    {
        var (outbound, inbound) = (0L, 0L);
        for (var i = 0; i < batches; i++)
        {
            Refill();
            var start = Stopwatch.GetTimestamp();
            _a.AdmitOutbound(_clear);
            var sealedAt = Stopwatch.GetTimestamp();
            _b.AdmitInbound(_cipher);
            inbound += Stopwatch.GetTimestamp() - sealedAt;
            outbound += sealedAt - start;
            Check();
        }

        var perSegment = 1e9 / Stopwatch.Frequency / ((double)batches * _atOnce * _stream.Segments);
        return (outbound * perSegment, inbound * perSegment);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
        _pool.Dispose();
        _clear.Dispose();
        _cipher.Dispose();
        _opened.Dispose();
    }

    private static SaModel Model(bool isOutbound) =>
        TestSa.Model(Spi, SuperframeStream.Source, Peer, isOutbound, SaMode.Tunnel) with { Encapsulation = new UdpEncapsulation(), ReplayWindow = 8192, };

    private void Refill()
    {
        _clear.Clear();
        for (var i = 0; i < _atOnce; i++)
        {
            var buffer = _superframes.TryRent()!;
            _stream.Write(buffer);
            _clear.Add(buffer);
        }
    }

    private void Check()
    {
        var octets = 0;
        for (var i = 0; i < _opened.Count; i++)
        {
            octets += _opened[i]!.Length - SuperframeStream.HeaderLength;
        }

        if (octets != _atOnce * (_stream.Length - SuperframeStream.HeaderLength) || !_stream.Holds(_opened[0]!))
        {
            throw new InvalidOperationException($"{octets} octets arrived: {string.Join(", ", _a.Snapshot().Drops.Concat(_b.Snapshot().Drops))}");
        }

        _opened.Clear();
    }

    private DataPlane Make(string name, KeepingPort clear, KeepingPort cipher) => new(new DataPlaneOptions
    {
        Name = name,
        ClearPorts = [clear],
        CipherPorts = [cipher],
        Pool = _pool,
        Crypto = new CryptoEngines(new SimdEngine(), new PlatformEngine()),
        Ledger = _ledger,
        Packets = _packets,
        Superframes = _superframes,
        Events = new RecordedEvents(),
    });
}
