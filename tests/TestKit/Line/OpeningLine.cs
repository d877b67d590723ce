using IpsecDp.Crypto;
using IpsecDp.Crypto.Platform;
using IpsecDp.Crypto.Simd;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Flow;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ipsec.Spd;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.TestKit.Line;

/// <summary>The inbound path alone around one SA, without the check of its model, for packets of other makers whose SPIs are reserved ones.</summary>
public sealed class OpeningLine : IDisposable
{
    private readonly BufferPool _packets = new(BufferPool.PacketCapacity, 256);
    private readonly BufferPool _superframes = new(BufferPool.SuperframeCapacity, 16);
    private readonly EnginePool _pool = new(new EnginePoolModel { Engines = 0 }, new CpuLedger());
    private readonly RecordingPort _clear = new(1500);
    private readonly LineContext _line;
    private readonly InboundPath _path;

    /// <summary>Opens with one SA under a policy that protects everything.</summary>
    public OpeningLine(SaModel model)
    {
        var own = new OwnEndpoints();
        var tunnel = new Tunnel(model.Tunnel, 1) { Layers = 1 };
        _line = new LineContext(_pool, _packets, _superframes, new RecordedEvents(), TimeProvider.System) { Policy = new SpdSnapshot(TestSa.ProtectAll(model.Tunnel), _ => tunnel) };
        Sa = new InboundSa(model, new SaTransform(model, new CryptoEngines(new SimdEngine(), new PlatformEngine())), tunnel, 0, TimeProvider.System);
        _line.Associations.TryAdd(Sa);
        own.Add(model);
        _path = new InboundPath(_line, _clear, own, new PathMtuLearner(own));
    }

    /// <summary>The SA.</summary>
    public InboundSa Sa { get; }

    /// <summary>Buffers that are out.</summary>
    public int Outstanding => _packets.Outstanding + _superframes.Outstanding;

    /// <summary>What was refused, by reason.</summary>
    public IReadOnlyDictionary<DropReason, long> Drops => _line.Drops.ToDictionary();

    /// <summary>A packet arrives from the network; returns what the host was given.</summary>
    public IReadOnlyList<byte[]> Receive(byte[] octets)
    {
        using var batch = new PacketBatch(1);
        var buffer = (octets.Length <= _packets.Capacity ? _packets : _superframes).TryRent() ?? throw new InvalidOperationException("the test uses more buffers than there are");
        octets.CopyTo(buffer.SetLength(octets.Length));
        batch.Add(buffer);
        _path.Admit(batch);
        return _clear.Take();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _path.Close();
        Sa.Dispose();
        _pool.Dispose();
    }
}
