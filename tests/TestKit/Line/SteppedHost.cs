using IpsecDp.Crypto;
using IpsecDp.Crypto.Platform;
using IpsecDp.Crypto.Simd;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Ipsec;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.TestKit.Line;

/// <summary>One data plane without threads: a test gives it packets and looks at what comes out, step by step.</summary>
public sealed class SteppedHost : IDisposable
{
    private readonly BufferPool _packets = new(BufferPool.PacketCapacity, 4096);
    private readonly BufferPool _superframes = new(BufferPool.SuperframeCapacity, 256);
    private readonly EnginePool _pool;

    /// <summary>A host whose link carries packets of <paramref name="mtu"/> octets.</summary>
    public SteppedHost(int mtu = 1500, params IReadOnlyList<ICryptoEngine> engines)
    {
        var ledger = new CpuLedger();
        Clear = new RecordingPort(mtu);
        Cipher = new RecordingPort(mtu);
        _pool = new EnginePool(new EnginePoolModel { Engines = 0 }, ledger);
        Plane = new DataPlane(new DataPlaneOptions
        {
            Name = "stepped",
            ClearPorts = [Clear],
            CipherPorts = [Cipher],
            Pool = _pool,
            Crypto = new CryptoEngines(engines.Count == 0 ? [new SimdEngine(), new PlatformEngine()] : engines),
            Ledger = ledger,
            Packets = _packets,
            Superframes = _superframes,
            Events = Events,
            Time = Clock,
        });
    }

    /// <summary>The data plane.</summary>
    public DataPlane Plane { get; }

    /// <summary>What the host was given.</summary>
    public RecordingPort Clear { get; }

    /// <summary>What the network was given.</summary>
    public RecordingPort Cipher { get; }

    /// <summary>What control was told.</summary>
    public RecordedEvents Events { get; } = new();

    /// <summary>The data plane's clock.</summary>
    public ManualClock Clock { get; } = new();

    /// <summary>Buffers that are out; 0 between steps unless fragments or held packets wait.</summary>
    public int Outstanding => _packets.Outstanding + _superframes.Outstanding;

    /// <summary>Packets dropped for a reason so far.</summary>
    public long Dropped(DropReason reason) => Plane.Snapshot().Drops.GetValueOrDefault(reason);

    /// <summary>All packets dropped so far.</summary>
    public long DroppedInAll => Plane.Snapshot().Drops.Values.Sum();

    /// <summary>The host sends packets in one batch; returns what left for the network.</summary>
    public IReadOnlyList<byte[]> Send(params IReadOnlyList<byte[]> packets)
    {
        using var batch = Fill(packets);
        Plane.AdmitOutbound(batch);
        return Cipher.Take();
    }

    /// <summary>The host sends one superframe.</summary>
    public IReadOnlyList<byte[]> SendSuperframe(byte[] packet, Segmentation segments)
    {
        using var batch = Fill([packet]);
        batch[0]!.Segments = segments;
        Plane.AdmitOutbound(batch);
        return Cipher.Take();
    }

    /// <summary>Packets arrive from the network in one batch; returns what the host was given.</summary>
    public IReadOnlyList<byte[]> Receive(params IReadOnlyList<byte[]> packets)
    {
        using var batch = Fill(packets);
        Plane.AdmitInbound(batch);
        return Clear.Take();
    }

    /// <summary>The maintenance of one second.</summary>
    public void Tick() => Plane.Tick();

    /// <inheritdoc/>
    public void Dispose()
    {
        Plane.Dispose();
        _pool.Dispose();
    }

    private PacketBatch Fill(IReadOnlyList<byte[]> packets)
    {
        var batch = new PacketBatch(Math.Max(1, packets.Count));
        foreach (var octets in packets)
        {
            var buffer = (octets.Length <= _packets.Capacity ? _packets : _superframes).TryRent() ?? throw new InvalidOperationException("the test uses more buffers than there are");
            octets.CopyTo(buffer.SetLength(octets.Length));
            batch.Add(buffer);
        }

        return batch;
    }
}
