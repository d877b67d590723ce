using System.Collections.Concurrent;
using System.Diagnostics;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Platform;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Pinning;
using IpsecDp.Ipsec;
using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;
using IpsecDp.Ports.Memory;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Ipsec.Threads;

/// <summary>That the line's threads sit where a port says packets arrive, and only if the placement allows it.</summary>
public sealed class ThreadsGatherTests : IDisposable
{
    private const int Own = 3;
    private const int Elsewhere = 5;

    private readonly BufferPool _packets = new(BufferPool.PacketCapacity, 64);
    private readonly RecordingPinning _pinning = new();
    private readonly EnginePool _pool = new(new EnginePoolModel { Engines = 0 }, new CpuLedger());

    public void Dispose() => _pool.Dispose();

    [Theory]
    [InlineData(true, new[] { Own, Elsewhere })]
    [InlineData(false, new[] { Own })]
    public void Receive_PacketsFewAndFarBetween_MoveTheThreadWhereTheyArriveIfItMay(bool gathers, int[] expected)
    {
        var cipher = new ArrivingPort(_packets);
        using var clear = new MemoryClearPort(new MemoryPortOptions());
        using (var plane = new DataPlane(new DataPlaneOptions
        {
            Name = "test",
            ClearPorts = [clear],
            CipherPorts = [cipher],
            Pool = _pool,
            Crypto = new CryptoEngines(new PlatformEngine()),
            Ledger = new CpuLedger(),
            Packets = _packets,
            Superframes = new BufferPool(BufferPool.SuperframeCapacity, 1),
            Pinning = _pinning,
            Placement = new ThreadPlacement(Own, Own, []) { Gathers = gathers ? [Own, Elsewhere] : [] },
            Events = new RecordedEvents(),
        }))
        {
            plane.Start();
            Assert.True(cipher.IsDrained.Wait(TestThread.Patience, TestContext.Current.CancellationToken));
        }

        Assert.Equal(expected, _pinning.Bound.Where(static bound => bound.Thread == "test in 0").Select(static bound => bound.Processor));
    }

    private sealed class RecordingPinning : IThreadPinning
    {
        public ConcurrentQueue<(string? Thread, int Processor)> Bound { get; } = [];

        public IReadOnlyList<int> Allowed() => [Own, Elsewhere];

        public bool TryPin(int processor)
        {
            Bound.Enqueue((Thread.CurrentThread.Name, processor));
            return true;
        }

        public bool TryDefer(bool defers) => false;

        public bool TryRelease(IReadOnlyList<int> processors) => false;
    }

    // Twenty short packets, all by one processor, and then nothing.
    private sealed class ArrivingPort(BufferPool packets) : ICipherPort
    {
        private readonly ManualResetEventSlim _isOver = new();
        private int _left = 20;

        public ManualResetEventSlim IsDrained { get; } = new();

        public string Name => "arriving";

        public int Mtu => 1500;

        public int BatchSize => PacketBatch.DefaultCapacity;

        public PortStats Stats => default;

        public PacketArrival? LatestArrival => new(Elsewhere, Stopwatch.GetTimestamp());

        public bool Receive(PacketBatch batch)
        {
            if (_left-- == 0)
            {
                IsDrained.Set();
                _isOver.Wait();
                return false;
            }

            var packet = packets.TryRent()!;
            packet.SetLength(40).Clear();
            batch.Add(packet);
            return true;
        }

        public void Send(PacketBatch batch) => batch.Clear();

        public void Pass(PacketBatch batch) => batch.Clear();

        public void Interrupt() => _isOver.Set();

        public void Dispose() => _isOver.Set();
    }
}
