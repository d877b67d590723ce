using IpsecDp.Crypto;
using IpsecDp.Crypto.Platform;
using IpsecDp.Crypto.Simd;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ipsec.Spd;
using IpsecDp.Ports.Buffers;
using IpsecDp.Ports.Memory;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Selectors;

namespace Dataplane.Tests.Ipsec;

/// <summary>Once warm, the line allocates nothing: neither on the way out nor on the way in.</summary>
public sealed class LineAllocationTests
{
    private const int Rounds = 2000;

    private const int Warm = Rounds / 4;
    private const int PerRound = 32;

    private readonly BufferPool _stock = new(BufferPool.PacketCapacity, 1024);
    private readonly BufferPool _superframes = new(BufferPool.SuperframeCapacity, 16);
    private readonly CpuLedger _ledger = new();

    [Theory]
    [InlineData(SaMode.Transport)]
    [InlineData(SaMode.Tunnel)]
    public void Line_AfterWarmUp_AllocatesNothing(SaMode mode)
    {
        var (endA, endB) = MemoryCipherLink.Create(new MemoryPortOptions { RestoresRoom = false });
        using var clearA = new MemoryClearPort();
        using var clearB = new MemoryClearPort();
        using var pool = new EnginePool(new EnginePoolModel { Engines = 0 }, _ledger);
        using var a = Make(clearA, endA, pool);
        using var b = Make(clearB, endB, pool);
        a.ReplaceOutbound(TestSa.Tunnel, [TestSa.Model(0x1001, "192.0.2.1", "192.0.2.2", true, mode)]);
        b.InstallInbound(TestSa.Tunnel, [TestSa.Model(0x1001, "192.0.2.1", "192.0.2.2", false, mode)]);
        a.Publish(TestSa.ProtectAll());
        b.Publish(TestSa.ProtectAll());
        var octets = PacketBuilder.Udp("192.0.2.1", "192.0.2.2", 1, 2).Payload(1000).Build();
        using var batch = new PacketBatch();
        var (outbound, inbound) = (0L, 0L);
        for (var round = 0; round < Rounds; round++)
        {
            Fill(batch, octets);
            var sealing = Allocated(() => a.AdmitOutbound(batch));
            endB.Receive(batch);
            Assert.Equal(PerRound, batch.Count);
            var opening = Allocated(() => b.AdmitInbound(batch));
            clearB.HostReceive(batch);
            Assert.Equal(PerRound, batch.Count);
            batch.Clear();
            (outbound, inbound) = round < Warm ? (0, 0) : (outbound + sealing, inbound + opening);
        }

        Assert.Equal((0L, 0L), (outbound, inbound));
        Assert.Equal(0, _stock.Outstanding);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Line_OfSuperframesAfterWarmUp_AllocatesNothing(bool isTcp)
    {
        var (endA, endB) = MemoryCipherLink.Create(new MemoryPortOptions { RestoresRoom = false });
        using var clearA = new MemoryClearPort();
        using var clearB = new MemoryClearPort();
        using var pool = new EnginePool(new EnginePoolModel { Engines = 0 }, _ledger);
        using var a = Make(clearA, endA, pool);
        using var b = Make(clearB, endB, pool);
        var udp = new UdpEncapsulation();
        a.ReplaceOutbound(TestSa.Tunnel, [TestSa.Model(0x1001, "192.0.2.1", "192.0.2.2", true, SaMode.Tunnel) with { Encapsulation = udp }]);
        b.InstallInbound(TestSa.Tunnel, [TestSa.Model(0x1001, "192.0.2.1", "192.0.2.2", false, SaMode.Tunnel) with { Encapsulation = udp }]);
        a.Publish(TestSa.ProtectAll());
        b.Publish(TestSa.ProtectAll());
        var octets = (isTcp ? PacketBuilder.Tcp("10.1.0.1", "10.2.0.2", 1, 2) : PacketBuilder.Udp("10.1.0.1", "10.2.0.2", 1, 2)).Payload(60_000).Build();
        using var batch = new PacketBatch();
        var (outbound, inbound, arrived) = (0L, 0L, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var superframe = _superframes.TryRent()!;
            octets.CopyTo(superframe.SetLength(octets.Length));
            superframe.Segments = new Segmentation(isTcp ? SegmentKind.Tcp : SegmentKind.Udp, 1300, (ushort)(isTcp ? 40 : 28), IsChecksumMissing: true);
            batch.Add(superframe);
            var sealing = Allocated(() => a.AdmitOutbound(batch));
            endB.Receive(batch);
            // Every fourth is taken apart, because a foreign SPI is in it.
            batch[0]!.Packet[28 + batch[0]!.Segments.Size + 2] ^= (byte)(round % 4 == 0 ? 0x40 : 0);
            var opening = Allocated(() => b.AdmitInbound(batch));
            clearB.HostReceive(batch);
            arrived += Enumerable.Range(0, batch.Count).Sum(i => batch[i]!.Segments.CountIn(batch[i]!.Length));
            batch.Clear();
            (outbound, inbound) = round < Warm ? (0, 0) : (outbound + sealing, inbound + opening);
        }

        Assert.Equal((0L, 0L), (outbound, inbound));
        Assert.Equal((Rounds * 47) - (Rounds / 4), arrived);
        Assert.Equal(0, _stock.Outstanding + _superframes.Outstanding);
    }

    [Fact]
    public void Line_OfLoggedRules_AllocatesNothingBeyondWhatControlDoes()
    {
        using var clear = new MemoryClearPort();
        var (endA, endB) = MemoryCipherLink.Create(new MemoryPortOptions { RestoresRoom = false, DropsWhenFull = true });
        using var pool = new EnginePool(new EnginePoolModel { Engines = 0 }, _ledger);
        using var a = Make(clear, endA, pool);
        a.Publish(new SpdModel([new SpdRule { Name = "all", Selectors = [TestSa.Any(AddressRange.AnyV4)], Action = PolicyAction.Discard, Logging = RuleLogging.All }]));
        var octets = PacketBuilder.Udp("192.0.2.1", "192.0.2.2", 1, 2).Payload(1000).Build();
        using var batch = new PacketBatch();
        var allocated = 0L;
        for (var round = 0; round < 200; round++)
        {
            Fill(batch, octets);
            var now = Allocated(() => a.AdmitOutbound(batch));
            allocated += round < 50 ? 0 : now;
        }

        Assert.Equal(0, allocated);
        Assert.Equal(200L * PerRound, a.Snapshot().Drops[DropReason.PolicyDiscard]);
        endB.Dispose();
        endA.Dispose();
    }

    private DataPlane Make(MemoryClearPort clear, MemoryCipherPort cipher, EnginePool pool) => new(new DataPlaneOptions
    {
        Name = "steady",
        ClearPorts = [clear],
        CipherPorts = [cipher],
        Pool = pool,
        Crypto = new CryptoEngines(new SimdEngine(), new PlatformEngine()),
        Ledger = _ledger,
        Packets = _stock,
        Superframes = _superframes,
        // What control makes of an event is its own: an unknown SPI is told once a second, and a test under load takes longer.
        Events = new SilentEvents(),
    });

    private void Fill(PacketBatch batch, byte[] octets)
    {
        for (var i = 0; i < PerRound; i++)
        {
            var buffer = _stock.TryRent()!;
            octets.CopyTo(buffer.SetLength(octets.Length));
            batch.Add(buffer);
        }
    }

    private static long Allocated(Action work)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
