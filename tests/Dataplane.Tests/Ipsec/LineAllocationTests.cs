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

namespace Dataplane.Tests.Ipsec;

/// <summary>Once warm, the line allocates nothing: neither on the way out nor on the way in.</summary>
public sealed class LineAllocationTests
{
    private const int Rounds = 2000;

    [Theory]
    [InlineData(SaMode.Transport)]
    [InlineData(SaMode.Tunnel)]
    public void Line_AfterWarmUp_AllocatesNothing(SaMode mode)
    {
        var stock = new BufferPool(BufferPool.PacketCapacity, 1024);
        var superframes = new BufferPool(BufferPool.SuperframeCapacity, 16);
        var (endA, endB) = MemoryCipherLink.Create(new MemoryPortOptions { RestoresRoom = false });
        using var clearA = new MemoryClearPort();
        using var clearB = new MemoryClearPort();
        var ledger = new CpuLedger();
        using var pool = new EnginePool(new EnginePoolModel { Engines = 0 }, ledger);
        DataPlane Make(MemoryClearPort clear, MemoryCipherPort cipher) => new(new DataPlaneOptions
        {
            Name = "steady",
            ClearPorts = [clear],
            CipherPorts = [cipher],
            Pool = pool,
            Crypto = new CryptoEngines(new SimdEngine(), new PlatformEngine()),
            Ledger = ledger,
            Packets = stock,
            Superframes = superframes,
            Events = new RecordedEvents(),
        });
        using var a = Make(clearA, endA);
        using var b = Make(clearB, endB);
        a.ReplaceOutbound(TestSa.Tunnel, [TestSa.Model(0x1001, "192.0.2.1", "192.0.2.2", true, mode)]);
        b.InstallInbound(TestSa.Tunnel, [TestSa.Model(0x1001, "192.0.2.1", "192.0.2.2", false, mode)]);
        a.Publish(TestSa.ProtectAll());
        b.Publish(TestSa.ProtectAll());
        var octets = PacketBuilder.Udp("192.0.2.1", "192.0.2.2", 1, 2).Payload(1000).Build();
        using var batch = new PacketBatch();

        var (outbound, inbound) = (0L, 0L);
        for (var round = 0; round < Rounds; round++)
        {
            if (round == Rounds / 4)
            {
                (outbound, inbound) = (0, 0);
            }

            for (var i = 0; i < 32; i++)
            {
                var buffer = stock.TryRent()!;
                octets.CopyTo(buffer.SetLength(octets.Length));
                batch.Add(buffer);
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            a.AdmitOutbound(batch);
            outbound += GC.GetAllocatedBytesForCurrentThread() - before;
            endB.Receive(batch);
            Assert.Equal(32, batch.Count);
            before = GC.GetAllocatedBytesForCurrentThread();
            b.AdmitInbound(batch);
            inbound += GC.GetAllocatedBytesForCurrentThread() - before;
            clearB.HostReceive(batch);
            Assert.Equal(32, batch.Count);
            batch.Clear();
        }

        Assert.Equal((0L, 0L), (outbound, inbound));
        Assert.Equal(0, stock.Outstanding);
    }
}
