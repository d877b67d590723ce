using IpsecDp.Crypto;
using IpsecDp.Crypto.Platform;
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
using IpsecDp.Wire.Ipsec;
using IpsecDp.Wire.Selectors;

namespace Dataplane.Tests.Ipsec.Threads;

/// <summary>IIPHONORPRIORITY=NO on a whole line: a general thread whose bulk waits for room at the engine, and Enterprise Extender that comes behind it.</summary>
public sealed class MarkedPacketsTests
{
    private const string A = "192.0.2.1";
    private const string B = "192.0.2.2";
    private const ushort EePort = 12001;
    private const byte NetworkControl = 0xC0;
    private const uint EeSpi = 0x1001;
    private const uint BulkSpi = 0x1002;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void BulkWaitsForRoom_EeComes_IsPlacedMeanwhileAndLeavesFirst(bool sharesThreads)
    {
        using var line = new StalledLine(keepsApart: true, sharesThreads);
        line.Send(NetworkControl, EePort);
        Assert.True(SpinWait.SpinUntil(() => line.Queued == 2, TestThread.Patience));

        Assert.Equal([EeSpi, BulkSpi, BulkSpi, BulkSpi], line.Released(4));
    }

    [Fact]
    public void BulkWaitsForRoom_EeInOneQueueWithIt_WaitsBehindIt()
    {
        using var line = new StalledLine(keepsApart: false, sharesThreads: false);
        line.Send(NetworkControl, EePort);

        Assert.Equal(BulkSpi, line.Released(4)[0]);
    }

    [Fact]
    public void BulkWaitsForRoom_PlaneIsDisposed_EndsWithAllThatWasAdmitted()
    {
        using var line = new StalledLine(keepsApart: true, sharesThreads: false);
        using var closing = new TestThread("closing", line.Plane.Dispose);
        line.Hold.Release();
        closing.Join();
        Assert.Null(line.Plane.Failure);
        Assert.Equal(0, line.Plane.Snapshot().Pool.Spilled.Jobs);
        line.Clear.Dispose();
        Assert.Equal(0, line.Stock.Outstanding);
    }

    /// <summary>An engine that is held, its queue of bulk full with one job, and the thread with the next in hand; a third packet of bulk is at the port.</summary>
    private sealed class StalledLine : IDisposable
    {
        private readonly RecordingPort _cipher = new(1500);
        private readonly BufferPool _superframes = new(BufferPool.SuperframeCapacity, 1);
        private readonly EnginePool _pool = new(
            new EnginePoolModel { Engines = 1, Rule = new NeedHelpRule { HonorPriority = false, QueueDepth = 1, LongestWait = TimeSpan.FromHours(1) } },
            new CpuLedger());

        public StalledLine(bool keepsApart, bool sharesThreads)
        {
            Clear = new MemoryClearPort(new MemoryPortOptions { QueuesByPrecedence = keepsApart, DropsWhenFull = true });
            Plane = new DataPlane(new DataPlaneOptions
            {
                Name = "test",
                ClearPorts = [Clear],
                CipherPorts = [_cipher],
                Pool = _pool,
                Crypto = new CryptoEngines(new PlatformEngine()),
                Ledger = new CpuLedger(),
                Packets = Stock,
                Superframes = _superframes,
                SharesThreads = sharesThreads,
                Placement = new(0, 0, []),
                Events = new RecordedEvents(),
            });
            foreach (var (tunnel, spi) in new[] { ("ee", EeSpi), ("bulk", BulkSpi) })
            {
                Plane.ReplaceOutbound(tunnel, [TestSa.Model(spi, A, B, isOutbound: true) with { Tunnel = tunnel }]);
            }

            var ee = new TrafficSelector(AddressRange.AnyV4, AddressRange.AnyV4, IpProtocol.Udp, PortRange.Any, new PortRange(EePort, EePort));
            Plane.Publish(new SpdModel(
            [
                new SpdRule { Name = "ee", Selectors = [ee], Action = PolicyAction.Protect, Tunnel = "ee" },
                new SpdRule { Name = "bulk", Selectors = [TestSa.Any(AddressRange.AnyV4)], Action = PolicyAction.Protect, Tunnel = "bulk" },
            ]));
            Hold = new EngineHold(_pool);
            Plane.Start();
            Send(0, 9);
            Assert.True(SpinWait.SpinUntil(() => Queued == 1, TestThread.Patience));
            Send(0, 9);
            Assert.True(SpinWait.SpinUntil(() => _pool.Snapshot().Waits == 1, TestThread.Patience));
            Send(0, 9);
        }

        public MemoryClearPort Clear { get; }

        public BufferPool Stock { get; } = new(BufferPool.PacketCapacity, 64);

        public DataPlane Plane { get; }

        public EngineHold Hold { get; }

        public int Queued => _pool.Snapshot().Engines[0].Depth;

        public void Send(byte tos, ushort port)
        {
            var octets = PacketBuilder.Udp(A, B, 40000, port).Tos(tos).Payload(100).Build();
            using var batch = new PacketBatch();
            var packet = Stock.TryRent()!;
            octets.CopyTo(packet.SetLength(octets.Length));
            batch.Add(packet);
            Clear.HostSend(batch);
        }

        /// <summary>Lets the engine go on, and gives the SPIs of so many packets in the order in which they left.</summary>
        public uint[] Released(int count)
        {
            Hold.Release();
            var spis = new List<uint>();
            Assert.True(SpinWait.SpinUntil(
                () =>
                {
                    spis.AddRange(_cipher.Take().Select(SpiOf));
                    return spis.Count == count;
                },
                TestThread.Patience));
            return [.. spis];
        }

        public void Dispose()
        {
            Hold.Dispose();
            Plane.Dispose();
            _pool.Dispose();
            Clear.Dispose();
        }

        private static uint SpiOf(byte[] packet)
        {
            Assert.True(IpPacketView.TryView(packet, out var view));
            Assert.True(EspView.TryView(view.Payload, out var esp));
            return esp.Spi;
        }
    }
}
