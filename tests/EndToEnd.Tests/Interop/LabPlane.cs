using IpsecDp.Adapters;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Platform;
using IpsecDp.Crypto.Simd;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Accounting;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;
using IpsecDp.Ports.Memory;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Ports;

namespace EndToEnd.Tests.Interop;

/// <summary>A running data plane between a host in memory and a real port; its one tunnel changes from case to case.</summary>
internal sealed class LabPlane : IDisposable
{
    private readonly ICipherPort _port;
    private readonly PortBuffers _buffers;
    private readonly MemoryClearPort _clear = new();
    private readonly EnginePool _pool;
    private readonly PacketRecorder _host;
    private readonly DataPlane _plane;

    /// <summary>Starts it on a port, which it owns, that fills its batches from <paramref name="buffers"/>.</summary>
    public LabPlane(ICipherPort port, PortBuffers buffers)
    {
        _port = port;
        _buffers = buffers;
        var ledger = new CpuLedger();
        _pool = new EnginePool(new EnginePoolModel { Engines = 0 }, ledger);
        _plane = new DataPlane(new DataPlaneOptions
        {
            Name = port.Name,
            ClearPorts = [_clear],
            CipherPorts = [port],
            Pool = _pool,
            Crypto = new CryptoEngines([new SimdEngine(), new PlatformEngine()]),
            Ledger = ledger,
            Packets = buffers.Packets,
            Superframes = buffers.Superframes,
            Events = new RecordedEvents(),
        });
        _plane.Publish(TestSa.ProtectAll());
        _plane.Start();
        _host = new PacketRecorder(_clear.HostReceive, _clear.HostInterrupt);
    }

    /// <summary>Installs a tunnel of one SA each way.</summary>
    public void Install(SaModel outbound, SaModel inbound) => _plane.Install(new TunnelModel(TestSa.Tunnel, [outbound], [inbound]));

    /// <summary>Takes the tunnel away.</summary>
    public void Remove(SaModel inbound)
    {
        _plane.RemoveOutbound(TestSa.Tunnel);
        _plane.RemoveInbound(inbound.Protocol, inbound.Spi);
    }

    /// <summary>The host sends packets.</summary>
    public void Send(IReadOnlyList<byte[]> packets)
    {
        using var batch = new PacketBatch();
        foreach (var octets in packets)
        {
            var buffer = _buffers.TryRent(octets.Length) ?? throw new InvalidOperationException("the test has too many buffers out");
            octets.CopyTo(buffer.SetLength(octets.Length));
            batch.Add(buffer);
        }

        _clear.HostSend(batch);
    }

    /// <summary>All packets the host was given, once there are as many as <paramref name="count"/>.</summary>
    public IReadOnlyList<byte[]> AwaitDelivered(int count) => [.. _host.WaitFor(count).Select(packet => packet.Octets)];

    /// <summary>Packets the host was given so far.</summary>
    public int Delivered => _host.Packets.Count;

    /// <summary>The counters of the inbound SA once <paramref name="isReached"/> holds; throws <see cref="TimeoutException"/> with the last ones seen.</summary>
    public SaSnapshot AwaitInbound(uint spi, Func<SaSnapshot, bool> isReached)
    {
        SaSnapshot? seen = null;
        var isThere = SpinWait.SpinUntil(
            () => isReached(seen = _plane.Snapshot().Associations.Single(sa => sa.Spi == spi && sa.IsInbound)),
            TestThread.Patience);
        return isThere ? seen! : throw new TimeoutException($"the counters stay at {seen}; failure: {_plane.Failure}");
    }

    /// <summary>Packets dropped for a reason so far.</summary>
    public long Dropped(DropReason reason) => _plane.Snapshot().Drops.GetValueOrDefault(reason);

    /// <inheritdoc/>
    public void Dispose()
    {
        _port.Interrupt();
        _plane.Dispose();
        _host.Dispose();
        _port.Dispose();
        _clear.Dispose();
        _pool.Dispose();
    }
}
