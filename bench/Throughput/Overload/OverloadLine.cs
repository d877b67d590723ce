using System.Diagnostics;
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
using IpsecDp.Throughput.Line;
using IpsecDp.Throughput.Traffic;

namespace IpsecDp.Throughput.Overload;

/// <summary>A running data plane that seals what a port offers, on its line thread or on engines.</summary>
internal sealed class OverloadLine : IDisposable
{
    /// <summary>Octets of the IP packet in an Ethernet frame of 1518.</summary>
    public const int PacketLength = 1500;

    private const int LinkMtu = 1600;

    // More than an engine's queue, the port's own and what is under way.
    private const int Buffers = 8192;

    private readonly BufferPool _packets = new(BufferPool.PacketCapacity, Buffers);
    private readonly CipherSink _sink = new(LinkMtu);
    private readonly CpuLedger _ledger = new();
    private readonly EnginePool _pool;
    private readonly OfferedLoad _load;
    private readonly DataPlane _plane;

    /// <summary>Starts a plane with so many engines.</summary>
    public OverloadLine(int engines, NeedHelpRule rule)
    {
        _load = new OfferedLoad(_packets, PacketLength);
        _pool = new EnginePool(new EnginePoolModel { Engines = engines, Rule = rule }, _ledger);
        _plane = new DataPlane(new DataPlaneOptions
        {
            Name = $"{engines} engines",
            ClearPorts = [_load],
            CipherPorts = [_sink],
            Pool = _pool,
            Crypto = new CryptoEngines(new SimdEngine(), new PlatformEngine()),
            Ledger = _ledger,
            Packets = _packets,
            Superframes = new BufferPool(BufferPool.SuperframeCapacity, 1),
            Events = new RecordedEvents(),
        });
        LineModels.InstallOutbound(new LineCase(SaMode.Tunnel, PacketMix.Parse($"{PacketLength}"), 1, 1, engines), _plane);
        _plane.Start();
    }

    /// <summary>The accounts of its threads.</summary>
    public CpuLedger Ledger => _ledger;

    /// <summary>The pool's counters.</summary>
    public EnginePoolSnapshot Counters => _pool.Snapshot();

    /// <summary>Offers packets at a rate for a time and returns what became of them.</summary>
    public OverloadRound Offer(double packetsPerSecond, TimeSpan duration)
    {
        var sentBefore = _sink.Sent;
        var before = _pool.Snapshot();

        // By the threads' own clocks: the system books a running thread to its process at a tick or when the thread asks, so that rounds in
        // which meters ask would look dearer by some of a tick.
        var burntBefore = _ledger.Glance().AttributedSeconds;
        var start = Stopwatch.GetTimestamp();
        _load.Begin(packetsPerSecond);
        Thread.Sleep(duration);
        while (_sink.Sent == sentBefore && _plane.Failure is null)
        {
            // A round in which the line's thread never ran would measure nothing.
            Thread.Yield();
        }

        var sent = _sink.Sent - sentBefore;
        var lost = _load.Lost;
        var elapsed = Stopwatch.GetElapsedTime(start);
        var burnt = _ledger.Glance().AttributedSeconds - burntBefore;
        _load.End();

        // What was taken leaves before the next round; the clock has stopped.
        while (_sink.Sent - sentBefore < _load.Taken && _plane.Failure is null)
        {
            Thread.Yield();
        }

        var after = _pool.Snapshot();
        return new OverloadRound(
            sent / elapsed.TotalSeconds,
            lost / (packetsPerSecond * elapsed.TotalSeconds),
            [.. Enum.GetValues<SpillCause>().Select(cause => after.SpilledBy(cause).Jobs - before.SpilledBy(cause).Jobs)],
            after.OnEngines.Jobs - before.OnEngines.Jobs,
            burnt / elapsed.TotalSeconds);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _plane.Dispose();
        _pool.Dispose();
        _load.Dispose();
        _sink.Dispose();
    }
}
