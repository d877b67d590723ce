using System.Collections.Concurrent;
using System.Net;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Linux;
using IpsecDp.Adapters.Windows;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Platform;
using IpsecDp.Crypto.Simd;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.Ports.Divert;
using IpsecDp.TestKit.Divert;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Namespaces;

namespace Dataplane.Tests.Adapters.Windows;

/// <summary>A host in a namespace whose real IP stack stands behind a modelled WinDivert: what it sends comes out of a TUN interface into the driver's chain, and what passes the chain inbound goes back in.</summary>
internal sealed class NamespaceHost : IDisposable
{
    private const byte AllSums = DivertAddressImage.IpChecksum | DivertAddressImage.TcpChecksum | DivertAddressImage.UdpChecksum;

    private readonly TunDevice _tun;
    private readonly PortBuffers _tunBuffers = new();
    private readonly BlockingCollection<byte[]> _toWire = [];
    private readonly BlockingCollection<byte[]> _toHost = [];
    private readonly Thread[] _threads;
    private readonly DoubleDriver _driver;
    private readonly EnginePool _pool;
    private readonly PortBuffers _buffers = new();

    /// <summary>A host with an address, protected towards the peer in transport mode, whose link is whatever takes its packets.</summary>
    public NamespaceHost(NetworkNamespace space, string address, string peer, byte cardFinishes, bool takesAnyPeer = false)
    {
        // A clock that stands: the driver drops what waits for seconds in its queue, and a machine with much to do lets packets wait.
        Kernel = new DivertKernel(new ManualClock()) { Records = false, LinkMtu = 1500, OnWire = packet => _toWire.Add(packet), OnHost = packet => _toHost.Add(packet) };
        _tun = space.Run(() => TunDevice.Open(new TunOptions { Name = "host0", Mtu = 1500, Addresses = [new InterfaceAddress(IPAddress.Parse(address), 24)], Disabled = TunOffloads.All, Buffers = _tunBuffers }));
        _driver = new DoubleDriver(Kernel);
        Guard = new DivertGuard(_driver);
        Capture = WinDivertCapture.Open(new WinDivertOptions { Driver = _driver, Plan = takesAnyPeer ? OfAnyPeer(address, peer) : PlanOf(address, peer), Guard = Guard, Buffers = _buffers, Mtu = 1500, ProtectedMtu = 1440 });
        var ledger = new CpuLedger();
        _pool = new EnginePool(new EnginePoolModel { Engines = 0 }, ledger);
        Plane = new DataPlane(new DataPlaneOptions
        {
            Name = address,
            ClearPorts = [Capture.Clear],
            CipherPorts = [Capture.Cipher],
            Pool = _pool,
            Crypto = new CryptoEngines([new SimdEngine(), new PlatformEngine()]),
            Ledger = ledger,
            Packets = _buffers.Packets,
            Superframes = _buffers.Superframes,
            Events = new RecordedEvents(),
        });
        _threads = [new Thread(() => FromHost(cardFinishes)), new Thread(IntoHost), new Thread(OntoLink)];
    }

    /// <summary>Takes what leaves for the network.</summary>
    public Action<byte[]> Link { get; set; } = _ => { };

    /// <summary>The host's driver.</summary>
    public DivertKernel Kernel { get; }

    /// <summary>The guard.</summary>
    public DivertGuard Guard { get; }

    /// <summary>The capture.</summary>
    public WinDivertCapture Capture { get; }

    /// <summary>The data plane.</summary>
    public DataPlane Plane { get; }

    /// <summary>Installs both directions of a tunnel and starts.</summary>
    public void Start(TunnelModel tunnel)
    {
        Plane.Install(tunnel);
        Plane.Publish(TestSa.ProtectAll());
        Plane.Start();
        Array.ForEach(_threads, thread => thread.Start());
    }

    /// <summary>Stops the data plane and the capture, as a daemon's end does; the guard stays.</summary>
    public void StopPlane()
    {
        Capture.Clear.Interrupt();
        Capture.Cipher.Interrupt();
        Plane.Dispose();
        Capture.Dispose();
    }

    public void Dispose()
    {
        StopPlane();
        Guard.Dispose();
        _tun.Dispose();
        _toWire.CompleteAdding();
        _toHost.CompleteAdding();
        foreach (var thread in _threads.Where(thread => thread.IsAlive))
        {
            thread.Join();
        }

        _pool.Dispose();
        _driver.Dispose();
    }

    private static DivertPlan OfAnyPeer(string address, string peer) => PlanOf(address, peer) with { Protected = [], ProtectedFromAny = [TestSa.Address(address)] };

    private static DivertPlan PlanOf(string address, string peer) => TestPlan.Pair(address, peer);

    private void FromHost(byte cardFinishes)
    {
        using var batch = new PacketBatch();
        while (_tun.Ports[0].Receive(batch))
        {
            for (var i = 0; i < batch.Count; i++)
            {
                // IPv6 solicitations of the interface are nobody's subject here.
                if (batch[i]!.Packet[0] >> 4 == 4)
                {
                    Kernel.HostSends(Unfinish(batch[i]!.Packet.ToArray(), cardFinishes), (byte)(AllSums & ~cardFinishes));
                }
            }

            batch.Clear();
        }
    }

    // A card that computes checksums leaves the fields to be filled in.
    private static byte[] Unfinish(byte[] packet, byte cardFinishes)
    {
        if (cardFinishes != 0 && DivertPacketHeaders.Read(packet) is { } headers && Math.Max(headers.Tcp, headers.Udp) is >= 0 and var at)
        {
            var sum = at + (headers.Tcp >= 0 ? 16 : 6);
            (packet[sum], packet[sum + 1]) = (0x5A, 0xA5);
        }

        return packet;
    }

    private void IntoHost()
    {
        using var batch = new PacketBatch();
        foreach (var packet in _toHost.GetConsumingEnumerable())
        {
            if (_tunBuffers.TryRent(packet.Length) is { } buffer)
            {
                packet.CopyTo(buffer.SetLength(packet.Length));
                batch.Add(buffer);
                _tun.Ports[0].Inject(batch);
                batch.Clear();
            }
        }
    }

    private void OntoLink()
    {
        foreach (var packet in _toWire.GetConsumingEnumerable())
        {
            Link(packet);
        }
    }
}
