using IpsecDp.Crypto;
using IpsecDp.Crypto.Platform;
using IpsecDp.Crypto.Simd;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.Ports.Memory;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;

namespace IpsecDp.Bench.Line;

/// <summary>Two data planes on one memory link, driven by the calling thread: batches of a host go out through one, in through the other, and are what its host sends next.</summary>
internal sealed class MemoryLine : IDisposable
{
    /// <summary>Packets of a batch.</summary>
    public const int BatchSize = PacketBatch.DefaultCapacity;

    private const string HostA = "192.0.2.1";
    private const string HostB = "192.0.2.2";
    private const uint Spi = 0x1001;

    // With an engine: batches that wait for it on each side, so that it finds the next when it finished one.
    private const int Lead = 2;

    private readonly MemoryCipherPort _endA;
    private readonly MemoryCipherPort _endB;
    private readonly MemoryClearPort _clearA = new();
    private readonly MemoryClearPort _clearB = new();
    private readonly BufferPool _superframes = new(BufferPool.SuperframeCapacity, 16);
    private readonly EnginePool _pool;
    private readonly ThreadMeter _meter;
    private readonly DataPlane _a;
    private readonly DataPlane _b;
    private readonly PacketBatch[] _batches;
    private readonly PacketBatch _onLink = new();
    private readonly int _lead;

    /// <summary>A line of <paramref name="packetLength"/>-octet UDP packets over IPv4 under AES-128-GCM; the thread that made it drives it and disposes it.</summary>
    public MemoryLine(SaMode mode, int packetLength, int engines, CpuLedger ledger)
    {
        (_endA, _endB) = MemoryCipherLink.Create(new MemoryPortOptions { RestoresRoom = false });
        _meter = ledger.Register("bench", CpuAccount.General);
        _pool = new EnginePool(new EnginePoolModel { Engines = engines }, ledger);
        _lead = engines == 0 ? 0 : Lead;
        _batches = [.. Enumerable.Range(0, (2 * _lead) + 1).Select(_ => new PacketBatch())];
        Packets = new BufferPool(BufferPool.PacketCapacity, BatchSize * _batches.Length);
        (_a, _b) = (Make("a", _clearA, _endA, ledger), Make("b", _clearB, _endB, ledger));
        _a.ReplaceOutbound(TestSa.Tunnel, [TestSa.Model(Spi, HostA, HostB, true, mode)]);
        _b.InstallInbound(TestSa.Tunnel, [TestSa.Model(Spi, HostA, HostB, false, mode)]);
        _a.Publish(TestSa.ProtectAll());
        _b.Publish(TestSa.ProtectAll());
        Fill(packetLength);
    }

    /// <summary>The stock its packets lie in.</summary>
    public BufferPool Packets { get; }

    /// <summary>Carries that many batches from host to host; throws when a packet got lost.</summary>
    public void Carry(int batches)
    {
        for (var step = 0; step < batches + (2 * _lead); step++)
        {
            if (step < batches)
            {
                _a.AdmitOutbound(_batches[step % _batches.Length]);
            }

            if (step >= _lead && step < batches + _lead)
            {
                _endB.Receive(_onLink);
                _b.AdmitInbound(_onLink);
            }

            if (step >= 2 * _lead)
            {
                PacketBatch arrived = _batches[(step - (2 * _lead)) % _batches.Length];
                _clearB.HostReceive(arrived);
                Require(arrived.Count == BatchSize);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PacketBatch batch in _batches)
        {
            batch.Dispose();
        }

        _onLink.Dispose();
        _a.Dispose();
        _b.Dispose();
        _pool.Dispose();
        _endA.Dispose();
        _endB.Dispose();
        _clearA.Dispose();
        _clearB.Dispose();
        _meter.Dispose();
    }

    private DataPlane Make(string name, MemoryClearPort clear, MemoryCipherPort cipher, CpuLedger ledger) => new(new DataPlaneOptions
    {
        Name = name,
        ClearPorts = [clear],
        CipherPorts = [cipher],
        Pool = _pool,
        Crypto = new CryptoEngines(new SimdEngine(), new PlatformEngine()),
        Ledger = ledger,
        Packets = Packets,
        Superframes = _superframes,
        Events = new RecordedEvents(),
    });

    private void Fill(int packetLength)
    {
        byte[] octets = PacketBuilder.Udp(HostA, HostB, 4000, 5000).Payload(packetLength - 28).Build();
        Require(octets.Length == packetLength);
        foreach (PacketBatch batch in _batches)
        {
            while (!batch.IsFull)
            {
                PacketBuffer buffer = Packets.TryRent()!;
                octets.CopyTo(buffer.SetLength(packetLength));
                batch.Add(buffer);
            }
        }
    }

    private void Require(bool isRight)
    {
        if (!isRight)
        {
            throw new InvalidOperationException($"the line lost packets: {string.Join(", ", _b.Snapshot().Drops)}");
        }
    }
}
