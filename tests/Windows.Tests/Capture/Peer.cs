using IpsecDp.Crypto;
using IpsecDp.Crypto.Platform;
using IpsecDp.Crypto.Simd;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Line;

namespace Windows.Tests.Capture;

/// <summary>A data plane with one tunnel of ESP in transport mode between two addresses, on whatever ports it is given.</summary>
internal sealed class Peer : IDisposable
{
    private readonly EnginePool _pool;
    private readonly DataPlane _plane;

    /// <summary>Starts it as the host at <paramref name="local"/>; the SPIs follow from who is <paramref name="isFirst"/>.</summary>
    public Peer(string local, string remote, bool isFirst, IClearPort clear, ICipherPort cipher, BufferPool packets, BufferPool superframes)
    {
        var ledger = new CpuLedger();
        _pool = new EnginePool(new EnginePoolModel { Engines = 0 }, ledger);
        _plane = new DataPlane(new DataPlaneOptions
        {
            Name = local,
            ClearPorts = [clear],
            CipherPorts = [cipher],
            Pool = _pool,
            Crypto = new CryptoEngines([new SimdEngine(), new PlatformEngine()]),
            Ledger = ledger,
            Packets = packets,
            Superframes = superframes,
            Events = new RecordedEvents(),
        });
        var (outbound, inbound) = isFirst ? (0x101u, 0x202u) : (0x202u, 0x101u);
        _plane.Install(new TunnelModel(TestSa.Tunnel, [TestSa.Model(outbound, local, remote, isOutbound: true)], [TestSa.Model(inbound, remote, local, isOutbound: false)]));
        _plane.Publish(TestSa.ProtectAll());
        _plane.Start();
    }

    /// <summary>Packets dropped, whatever for.</summary>
    public string Drops => string.Join(", ", _plane.Snapshot().Drops.Where(drop => drop.Value > 0).Select(drop => $"{drop.Key} {drop.Value}"));

    public void Dispose()
    {
        _plane.Dispose();
        _pool.Dispose();
    }
}
