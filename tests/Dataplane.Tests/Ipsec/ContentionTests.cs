using System.Buffers.Binary;
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
using IpsecDp.TestKit.Ports;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace Dataplane.Tests.Ipsec;

/// <summary>Two whole data planes with threads, two engines and two SAs: order, one delivery each, and an orderly end.</summary>
public sealed class ContentionTests
{
    private const string A = "192.0.2.1";
    private const string B = "192.0.2.2";
    private const int PacketsPerFlow = 20_000;
    private const uint FirstSpi = 0x1001;
    private const uint SecondSpi = 0x1002;

    [Theory]
    [InlineData(SaMode.Transport)]
    [InlineData(SaMode.Tunnel)]
    public void TwoSas_UnderTwoEngines_DeliverEachPacketOnceAndInOrder(SaMode mode)
    {
        using var lab = new LiveLab(mode);
        var sender = new Thread(() => lab.SendAll(PacketsPerFlow)) { IsBackground = true };
        sender.Start();
        // A line that stalls ends the test with its counters, not with a hang.
        using var watchdog = new Timer(_ => lab.ClearB.HostInterrupt(), null, TestThread.Patience, Timeout.InfiniteTimeSpan);
        var next = new Dictionary<ushort, uint>();
        using var batch = new PacketBatch();
        for (var received = 0; received < 2 * PacketsPerFlow;)
        {
            Assert.True(lab.ClearB.HostReceive(batch), $"stalled after {received}: {lab.Describe()}");
            for (var i = 0; i < batch.Count; i++)
            {
                var packet = batch[i]!.Packet;
                var flow = BinaryPrimitives.ReadUInt16BigEndian(packet[22..]);
                Assert.Equal(next.GetValueOrDefault(flow), BinaryPrimitives.ReadUInt32BigEndian(packet[28..]));
                next[flow] = next.GetValueOrDefault(flow) + 1;
            }

            received += batch.Count;
            batch.Clear();
        }

        sender.Join();
        Assert.Equal([PacketsPerFlow, PacketsPerFlow], next.Values.Select(count => (int)count));
        lab.End();
        var snapshot = lab.PlaneB.Snapshot();
        Assert.Empty(snapshot.Drops);
        Assert.Equal(0, snapshot.Pool.Faulted);
        Assert.Equal(0, lab.Stock.Outstanding);
    }

    [Fact]
    public void Duplicates_FromSeveralThreads_AreAllRefused()
    {
        using var pair = new SteppedPair(change: model => model with { ReplayWindow = 4096 });
        var sent = pair.A.Send([.. Enumerable.Range(0, 1000).Select(i => PacketBuilder.Udp(pair.AddressA, pair.AddressB, (ushort)i, 2).Build())]);
        var arrived = 0;
        var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            foreach (var chunk in sent.Chunk(10))
            {
                Interlocked.Add(ref arrived, pair.B.Receive(chunk).Count);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Interlocked.Add(ref arrived, pair.B.Clear.Take().Count);
        Assert.Equal((1000, 3000L), (arrived, pair.B.Dropped(DropReason.Replayed)));
        Assert.Equal(0, pair.B.Outstanding);
    }

    [Fact]
    public void Removal_UnderLoad_LosesNamedPacketsOnlyAndLeaksNothing()
    {
        using var lab = new LiveLab(SaMode.Transport);
        var sender = new Thread(() => lab.SendAll(PacketsPerFlow)) { IsBackground = true };
        var isDone = false;
        var received = 0;
        var receiver = new Thread(() =>
        {
            using var batch = new PacketBatch();
            while (!Volatile.Read(ref isDone) && lab.ClearB.HostReceive(batch))
            {
                Interlocked.Add(ref received, batch.Count);
                batch.Clear();
            }
        })
        { IsBackground = true };
        sender.Start();
        receiver.Start();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref received) > 2000, TestThread.Patience));
        Assert.True(lab.PlaneB.RemoveInbound(SaProtocol.Esp, FirstSpi));
        lab.PlaneB.InstallInbound("second", [LiveLab.Model(0x2002, false, SaMode.Transport) with { Tunnel = "second" }]);
        lab.PlaneA.ReplaceOutbound("second", [LiveLab.Model(0x2002, true, SaMode.Transport) with { Tunnel = "second" }]);
        Assert.True(lab.PlaneA.RemoveOutbound("first"));
        sender.Join();
        lab.End();
        Volatile.Write(ref isDone, true);
        lab.ClearB.HostInterrupt();
        receiver.Join();
        var (a, b) = (lab.PlaneA.Snapshot(), lab.PlaneB.Snapshot());
        Assert.Equal(0, a.Pool.Faulted);
        Assert.All(a.Drops.Keys, reason => Assert.Equal(DropReason.AwaitingSa, reason));
        Assert.All(b.Drops.Keys, reason => Assert.Equal(DropReason.UnknownSpi, reason));
        Assert.Null(lab.PlaneA.Failure ?? lab.PlaneB.Failure);
        // What the threads left in the queues goes back with the ports.
        lab.Dispose();
        Assert.Equal(0, lab.Stock.Outstanding);
    }

    private sealed class LiveLab : IDisposable
    {
        private readonly BufferPool _superframes = new(BufferPool.SuperframeCapacity, 16);
        private readonly MemoryClearPort _clearA = new();
        private readonly MemoryCipherPort _endA;
        private readonly MemoryCipherPort _endB;
        private readonly List<EnginePool> _pools = [];

        public LiveLab(SaMode mode)
        {
            (_endA, _endB) = MemoryCipherLink.Create();
            var ledger = new CpuLedger();
            DataPlane Make(string name, MemoryClearPort clear, MemoryCipherPort cipher)
            {
                // One pool each: over a link that never drops, a thread that helped the other host's jobs would wait for itself.
                _pools.Add(new EnginePool(new EnginePoolModel { Engines = 2 }, ledger));
                return new DataPlane(new DataPlaneOptions
                {
                    Name = name,
                    ClearPorts = [clear],
                    CipherPorts = [cipher],
                    Pool = _pools[^1],
                    Crypto = new CryptoEngines(new SimdEngine(), new PlatformEngine()),
                    Ledger = ledger,
                    Packets = Stock,
                    Superframes = _superframes,
                    Events = new RecordedEvents(),
                });
            }

            PlaneA = Make("a", _clearA, _endA);
            PlaneB = Make("b", ClearB, _endB);
            foreach (var (tunnel, spi) in new[] { ("first", FirstSpi), ("second", SecondSpi) })
            {
                PlaneB.InstallInbound(tunnel, [Model(spi, false, mode) with { Tunnel = tunnel }]);
                PlaneA.ReplaceOutbound(tunnel, [Model(spi, true, mode) with { Tunnel = tunnel }]);
            }

            PlaneA.Publish(Policy(isA: true));
            PlaneB.Publish(Policy(isA: false));
            PlaneA.Start();
            PlaneB.Start();
        }

        public BufferPool Stock { get; } = new(BufferPool.PacketCapacity, 8192);

        public MemoryClearPort ClearB { get; } = new();

        public DataPlane PlaneA { get; }

        public DataPlane PlaneB { get; }

        public static SaModel Model(uint spi, bool isOutbound, SaMode mode) => TestSa.Model(spi, A, B, isOutbound, mode) with { ReplayWindow = 4096 };

        public string Describe() =>
            $"A {string.Join(',', PlaneA.Snapshot().Drops)} B {string.Join(',', PlaneB.Snapshot().Drops)}, out {Stock.Outstanding}, {PlaneA.Failure} {PlaneB.Failure} {PlaneA.Snapshot().Pool.FirstFault}; {string.Join(" ", PlaneA.Snapshot().Ports.Concat(PlaneB.Snapshot().Ports))}; {string.Join(" ", PlaneB.Snapshot().Associations.Concat(PlaneA.Snapshot().Associations).Select(sa => $"{sa.Spi:x}:{sa.HighestSequence}"))}";

        public void SendAll(int count)
        {
            using var batch = new PacketBatch();
            for (var i = 0; i < count; i++)
            {
                Add(batch, 1, i);
                Add(batch, 2, i);
                if (batch.Count >= 62)
                {
                    _clearA.HostSend(batch);
                    batch.Clear();
                }
            }

            _clearA.HostSend(batch);
        }

        public void End()
        {
            PlaneA.Dispose();
            PlaneB.Dispose();
        }

        public void Dispose()
        {
            End();
            _pools.ForEach(pool => pool.Dispose());
            _clearA.Dispose();
            ClearB.Dispose();
            _endA.Dispose();
            _endB.Dispose();
        }

        private void Add(PacketBatch batch, ushort port, int number)
        {
            PacketBuffer? buffer;
            while ((buffer = Stock.TryRent()) is null)
            {
                Thread.Yield();
            }

            Span<byte> payload = stackalloc byte[64];
            BinaryPrimitives.WriteInt32BigEndian(payload, number);
            var octets = PacketBuilder.Udp(A, B, 7, port).Payload(payload).Build();
            octets.CopyTo(buffer.SetLength(octets.Length));
            batch.Add(buffer);
        }

        private static SpdModel Policy(bool isA) => new([Rule("first", 1, isA), Rule("second", 2, isA)]);

        private static SpdRule Rule(string tunnel, ushort port, bool isA) => new()
        {
            Name = tunnel,
            Selectors = [new TrafficSelector(AddressRange.AnyV4, AddressRange.AnyV4, IpProtocol.Udp, isA ? PortRange.Any : PortRange.Of(port), isA ? PortRange.Of(port) : PortRange.Any)],
            Action = PolicyAction.Protect,
            Tunnel = tunnel,
        };
    }
}
