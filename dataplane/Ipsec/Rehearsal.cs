using System.Net;
using System.Security.Cryptography;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ipsec.Spd;
using IpsecDp.Ports.Buffers;
using IpsecDp.Ports.Memory;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Ipsec;

/// <summary>
/// Two packets of nobody's, a datagram and an echo, that a general thread takes out and in again through a line in memory of its own.
/// They are sealed, opened and judged as any other and reach no port: while packets come one by one, others of the machine have the
/// caches between two of them, and a line whose code has to come from memory takes several times as long as one that ran a moment ago.
/// </summary>
/// <remarks>For one thread. Its time is booked where the thread stands: no work of the product's, and none an engine could have done.</remarks>
internal sealed class Rehearsal : IDisposable
{
    private const string Tunnel = "rehearsal";
    private const uint Spi = 0x100;
    private const int PacketLength = 84;
    private const int Packets = 2;
    private const ushort EnterpriseExtender = 12002;

    private readonly DataPlane _plane;
    private readonly EnginePool _pool;
    private readonly ThreadMeter _meter;
    private readonly MemoryClearPort _host = new(Options);
    private readonly MemoryCipherPort _near;
    private readonly MemoryCipherPort _far;
    private readonly BufferPool _packets = new(BufferPool.PacketCapacity, Packets);
    private readonly PacketBatch _batch = new();
    private readonly PacketBatch _sealed = new();
    private readonly byte[][] _octets = [Write(IpProtocol.Udp), Write(IpProtocol.Icmp)];

    /// <summary>Builds the line, with a key drawn for it, on the thread that uses and disposes it.</summary>
    public Rehearsal(CryptoEngines crypto)
    {
        (_near, _far) = MemoryCipherLink.Create(Options);
        var ledger = new CpuLedger();
        _pool = new EnginePool(new EnginePoolModel { Engines = 0 }, ledger);
        var worn = ThreadMeter.Exchange(null);
        _meter = ledger.Register(Tunnel, CpuAccount.General);
        ThreadMeter.Exchange(worn);
        _plane = new DataPlane(new DataPlaneOptions
        {
            Name = Tunnel,
            ClearPorts = [_host],
            CipherPorts = [_near],
            Pool = _pool,
            Crypto = crypto,
            Ledger = ledger,
            Packets = _packets,
            Superframes = new BufferPool(BufferPool.SuperframeCapacity, 1),
            Events = new SilentEvents(),
        });
        Install();
    }

    // Documentation's own (RFC 5737), which no host has.
    private static IpAddress Here { get; } = IpAddress.From(new IPAddress([192, 0, 2, 1]));

    private static IpAddress There { get; } = IpAddress.From(new IPAddress([192, 0, 2, 2]));

    private static MemoryPortOptions Options { get; } = new() { QueueLength = PacketBatch.DefaultCapacity };

    /// <summary>Takes the packets through once; false when one was lost, in whose place is another the next time.</summary>
    public bool Run()
    {
        var worn = ThreadMeter.Exchange(_meter);
        while (_batch.Count < Packets && _packets.TryRent() is { } packet)
        {
            _batch.Add(packet);
        }

        for (var i = 0; i < _batch.Count; i++)
        {
            _octets[i].CopyTo(_batch[i]!.SetLength(PacketLength));
        }

        _plane.AdmitOutbound(_batch);
        if (_far.TryReceive(_sealed))
        {
            _plane.AdmitInbound(_sealed);
        }

        if (_host.HostWaiting > 0)
        {
            _host.HostReceive(_batch);
        }

        ThreadMeter.Exchange(worn);
        return _batch.Count == Packets;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var worn = ThreadMeter.Exchange(_meter);
        _meter.Dispose();
        ThreadMeter.Exchange(worn);
        _batch.Clear();
        _sealed.Clear();
        _plane.Dispose();
        _pool.Dispose();
        _near.Dispose();
        _far.Dispose();
        _host.Dispose();
        _batch.Dispose();
        _sealed.Dispose();
    }

    private void Install()
    {
        var suite = CipherSuite.Default;
        Span<byte> key = stackalloc byte[suite.KeyLength + suite.SaltLength];
        RandomNumberGenerator.Fill(key);
        // Numbers that never end.
        SaModel Model(ReadOnlySpan<byte> octets, IpAddress local, IpAddress remote) => new()
        {
            Tunnel = Tunnel,
            Spi = Spi,
            Protocol = SaProtocol.Esp,
            Mode = SaMode.Tunnel,
            Suite = suite,
            Keys = new SuiteKeys(new SecretBytes(octets), SecretBytes.Empty),
            Local = local,
            Remote = remote,
            Encapsulation = new UdpEncapsulation(),
            ExtendedSequenceNumbers = true,
        };
        _plane.ReplaceOutbound(Tunnel, [Model(key, Here, There)]);
        _plane.InstallInbound(Tunnel, [Model(key, There, Here)]);
        CryptographicOperations.ZeroMemory(key);
        TrafficSelector any = new(AddressRange.AnyV4, AddressRange.AnyV4, null, PortRange.Any, PortRange.Any);
        _plane.Publish(new SpdModel([new SpdRule { Name = Tunnel, Selectors = [any], Action = PolicyAction.Protect, Tunnel = Tunnel }]));
    }

    // Forwarded, so that a hop is taken off on both ways; what is no datagram is an echo reply, whose checksum nobody looks at.
    private static byte[] Write(byte protocol)
    {
        var octets = new byte[PacketLength];
        new IpHeaderFields(IpAddress.From(new IPAddress([198, 51, 100, 1])), IpAddress.From(new IPAddress([203, 0, 113, 1])), protocol, HopLimit: 64).Write(octets);
        if (protocol == IpProtocol.Udp)
        {
            UdpView.Write(octets.AsSpan(Ipv4View.MinimumHeaderLength), EnterpriseExtender, EnterpriseExtender);
        }

        return octets;
    }
}
