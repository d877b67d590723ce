using IpsecDp.Crypto;
using IpsecDp.Crypto.Platform;
using IpsecDp.Crypto.Simd;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Ipsec;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.TestKit.Line;

/// <summary>One data plane without threads for very many packets: what comes out is counted and not kept.</summary>
public sealed class CountingHost : IDisposable
{
    private readonly BufferPool _packets = new(BufferPool.PacketCapacity, 1024);
    private readonly BufferPool _superframes = new(BufferPool.SuperframeCapacity, 256);
    private readonly EnginePool _pool;
    private readonly PacketBatch _batch = new(1);

    /// <summary>A host whose link carries packets of 1500 octets.</summary>
    public CountingHost()
    {
        var ledger = new CpuLedger();
        _pool = new EnginePool(new EnginePoolModel { Engines = 0 }, ledger);
        Plane = new DataPlane(new DataPlaneOptions
        {
            Name = "counting",
            ClearPorts = [Clear],
            CipherPorts = [Cipher],
            Pool = _pool,
            Crypto = new CryptoEngines(new SimdEngine(), new PlatformEngine()),
            Ledger = ledger,
            Packets = _packets,
            Superframes = _superframes,
            Events = new RecordedEvents(),
            Time = Clock,
        });
    }

    /// <summary>The data plane.</summary>
    public DataPlane Plane { get; }

    /// <summary>What the host was given.</summary>
    public CountingPort Clear { get; } = new(1500);

    /// <summary>What the network was given.</summary>
    public CountingPort Cipher { get; } = new(1500);

    /// <summary>The data plane's clock.</summary>
    public ManualClock Clock { get; } = new();

    /// <summary>Buffers that are out; 0 between packets unless fragments wait.</summary>
    public int Outstanding => _packets.Outstanding + _superframes.Outstanding;

    /// <summary>Jobs that an exception ended.</summary>
    public long Faulted => _pool.Snapshot().Faulted;

    /// <summary>The host sends a packet.</summary>
    public void Send(ReadOnlySpan<byte> octets)
    {
        Fill(octets);
        Plane.AdmitOutbound(_batch);
    }

    /// <summary>A packet arrives from the network.</summary>
    public void Receive(ReadOnlySpan<byte> octets)
    {
        Fill(octets);
        Plane.AdmitInbound(_batch);
    }

    /// <summary>A superframe arrives from the network.</summary>
    public void Receive(ReadOnlySpan<byte> octets, Segmentation segments)
    {
        Fill(octets);
        _batch[0]!.Segments = segments;
        Plane.AdmitInbound(_batch);
    }

    /// <summary>The maintenance of one second.</summary>
    public void Tick() => Plane.Tick();

    /// <inheritdoc/>
    public void Dispose()
    {
        Plane.Dispose();
        _pool.Dispose();
        _batch.Dispose();
    }

    private void Fill(ReadOnlySpan<byte> octets)
    {
        var buffer = (octets.Length <= _packets.Capacity ? _packets : _superframes).TryRent() ?? throw new InvalidOperationException("buffers have leaked");
        octets.CopyTo(buffer.SetLength(octets.Length));
        _batch.Add(buffer);
    }
}
