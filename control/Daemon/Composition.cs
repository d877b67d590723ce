using System.Diagnostics;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Linux;
using IpsecDp.Adapters.Sockets;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Platform;
using IpsecDp.Crypto.Simd;
using IpsecDp.Daemon.Ike;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Pinning;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Esp;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Policy.Compile;
using IpsecDp.Ports;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Daemon;

/// <summary>A running data plane, put together from top to bottom in the order a packet leaves the host; the only place that opens adapters.</summary>
public sealed class Composition : IDisposable
{
    private readonly DaemonLog _log;
    private readonly PortBuffers _buffers = new();
    private readonly CpuLedger _ledger = new();
    private readonly PortGuard _guard = new();
    private readonly Stack<IDisposable> _opened = new();
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private readonly int _engines;
    private readonly IReadOnlyList<IClearPort> _clear;
    private readonly GuardedCipherPort _cipher;
    private readonly CipherCapture? _capture;
    private readonly ThreadPlacement _placement;
    private readonly EnginePool _pool;
    private readonly DataPlane _plane;
    private readonly MemoryWatch _memory;
    private readonly AcquireRelay _relay;
    private readonly CipherSide _side;
    private readonly CipherSocketPort _socket;
    private IkeService? _ike;

    private Composition(DaemonOptions options, PolicyModel policy, DaemonLog log)
    {
        (_log, _engines) = (log, options.Engines);
        try
        {
            Stock(_buffers);
            _capture = options.CaptureFile is { } file ? Keep(CipherCapture.Create(file)) : null;
            _side = CipherSide.Choose(options, policy);
            _socket = OpenCipher(_side);
            _cipher = new GuardedCipherPort(_capture is null ? _socket : _capture.Tap(_socket), _guard);
            _clear = OpenClear(options, options.Mtu ?? ClearMtu.Of(policy, _cipher.Mtu), policy);
            _relay = new AcquireRelay(policy.DynamicTunnels, new LoggedEvents(_log));
            _placement = options.Placement.Resolve(Pinning.Allowed(), _clear.Count + 1, options.Engines);
            _pool = OpenPool(options.Engines, options.SmallestJob);
            _plane = Keep(new DataPlane(PlaneOptions()));
            _memory = new MemoryWatch(Packets);
            Install(policy);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The implementations of the suites: vector code first, the platform for what it lacks.</summary>
    public static CryptoEngines Crypto { get; } = new(new SimdEngine(), new PlatformEngine());

    private static IThreadPinning Pinning { get; } = IThreadPinning.OfThisSystem;

    /// <summary>What ended one of its threads, in a sentence; null while all of them run.</summary>
    public string? Failure => (_plane.Failure ?? _pool.FirstFault ?? _ike?.Failure, _guard.Lost) switch
    {
        ({ } fault, _) => $"a thread of the data plane failed ({fault.GetType().Name}: {fault.Message}): start again, and report it with the policy and the lines above",
        (_, { } port) => $"port {port} is gone: somebody removed its interface or the kernel closed it; start again",
        _ => null,
    };

    /// <summary>Opens everything and starts it; throws <see cref="AdapterException"/> or <see cref="DaemonException"/> with nothing left open.</summary>
    public static Composition Start(DaemonOptions options, PolicyModel policy, DaemonLog log)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(log);
        if (!OperatingSystem.IsLinux())
        {
            throw new DaemonException("a data plane with a TUN interface needs Linux: on Windows try \"ipsecdp lab\"");
        }

        if (!Privileges.HasNetAdmin || !Privileges.HasNetRaw)
        {
            throw new DaemonException("needs root or CAP_NET_ADMIN and CAP_NET_RAW: start it with sudo");
        }

        var composition = new Composition(options, policy, log);
        composition._plane.Start();
        composition.StartIke(policy);
        return composition;
    }

    /// <summary>Looks after what nobody else sees; to be called a few times a second.</summary>
    public void Watch()
    {
        _memory.Look();
        _ike?.Watch();
    }

    /// <summary>Stops in order, gives everything back and says what was done.</summary>
    public DaemonReport Stop()
    {
        var memory = _memory.Read();
        _log.Write(DaemonMessage.Stopping, "stopping");
        var report = new DaemonReport
        {
            Elapsed = Stopwatch.GetElapsedTime(_startedAt),
            Engines = _engines,
            GeneralThreads = _clear.Count + 1,
            Plane = _plane.Snapshot(),
            Cpu = _ledger.Snapshot(),
            Memory = memory,
            Capture = _capture?.Describe(),
            OutstandingBuffers = 0,
            Negotiations = _ike?.Counts ?? [],
        };
        Dispose();
        return report with { OutstandingBuffers = _buffers.Outstanding };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _guard.ExpectEnd();
        while (_opened.TryPop(out var resource))
        {
            resource.Dispose();
        }
    }

    // All buffers are made before the first packet, so that none is while packets pass.
    private static void Stock(PortBuffers buffers)
    {
        foreach (var (pool, count) in new[] { (buffers.Packets, PortBuffers.DefaultPackets), (buffers.Superframes, PortBuffers.DefaultSuperframes) })
        {
            var rented = Enumerable.Range(0, count).Select(_ => pool.TryRent()).ToArray();
            foreach (var buffer in rented)
            {
                buffer?.Return();
            }
        }
    }

    private T Keep<T>(T resource)
        where T : IDisposable
    {
        _opened.Push(resource);
        return resource;
    }

    private CipherSocketPort OpenCipher(CipherSide side)
    {
        CipherSocketPort port = side.Encapsulation == CipherEncapsulation.Udp
            ? UdpEncapPort.Open(new UdpEncapOptions { Local = side.Local, Port = side.Port, WholeDatagrams = true, Buffers = _buffers })
            : RawEspPort.Open(new RawEspOptions { Local = side.Local, Buffers = _buffers });
        _log.Write(DaemonMessage.PortOpened, $"{port.FeatureLine}; link MTU {port.Mtu}");
        return Keep(port);
    }

    private IReadOnlyList<IClearPort> OpenClear(DaemonOptions options, int mtu, PolicyModel policy)
    {
        foreach (var route in options.Routes)
        {
            RefuseCircle(route, policy);
        }

        var device = Keep(TunDevice.Open(new TunOptions { Name = options.Tun, Queues = options.Queues, Mtu = mtu, Addresses = options.Addresses, Buffers = _buffers }));
        _log.Write(DaemonMessage.PortOpened, $"{device.FeatureLine}; MTU {mtu}, {options.Queues} queues");
        InterfaceRoutes.Add(device.Name, options.Routes);
        foreach (var route in options.Routes)
        {
            _log.Write(DaemonMessage.RouteAdded, $"{route} goes through {device.Name}");
        }

        return [.. device.Ports.Select(port => new GuardedClearPort(port, _guard))];
    }

    // Sealed packets that are routed into the tunnel again would be sealed for ever.
    private static void RefuseCircle(InterfaceAddress route, PolicyModel policy)
    {
        var reach = AddressRange.Prefix(IpAddress.From(route.Address), route.PrefixLength);
        foreach (var (name, remote) in policy.Tunnels.Select(t => (t.Name, t.Outbound[^1].Remote)).Concat(policy.DynamicTunnels.Select(t => (t.Name, t.Remote))))
        {
            if (reach.Contains(remote))
            {
                throw new DaemonException($"route {route} leads to {remote}, the far end of tunnel {name}, so its own packets would enter the tunnel again: choose prefixes without it");
            }
        }
    }

    private EnginePool OpenPool(int engines, int smallestJob)
    {
        var model = new EnginePoolModel { Engines = engines, Rule = new NeedHelpRule { SmallestJob = smallestJob }, Pinning = Pinning, Processors = _placement.Engines };
        var pool = Keep(new EnginePool(model, _ledger));
        _log.Write(DaemonMessage.EnginesStarted, $"{Mode(engines, smallestJob)}; {_placement}");
        _log.Write(DaemonMessage.CryptoEngines, Crypto.Describe());
        return pool;
    }

    private static string Mode(int engines, int smallestJob) => engines == 0
        ? "run to completion: general threads seal and open, and the report projects what would have moved"
        : $"engine pool: {engines} specialty engines seal and open what has {smallestJob} octets or more";

    private DataPlaneOptions PlaneOptions() => new()
    {
        Name = "plane",
        ClearPorts = _clear,
        CipherPorts = [_cipher],
        Pool = _pool,
        Crypto = Crypto,
        Ledger = _ledger,
        Packets = _buffers.Packets,
        Superframes = _buffers.Superframes,
        Pinning = Pinning,
        Placement = _placement,
        Events = _relay,
    };

    private void Install(PolicyModel policy)
    {
        foreach (var tunnel in policy.Tunnels)
        {
            try
            {
                _plane.Install(tunnel);
            }
            catch (Exception refusal) when (refusal is ArgumentException or NotSupportedException)
            {
                throw new DaemonException($"tunnel {tunnel.Name} cannot be installed: {refusal.Message}", refusal);
            }

            var sa = tunnel.Outbound[0];
            _log.Write(DaemonMessage.TunnelInstalled, $"tunnel {tunnel.Name}: {sa.Local} to {sa.Remote}, {sa.Protocol} {sa.Suite.Name}, {sa.Mode} mode");
        }

        _plane.Publish(policy.Spd);
        _log.Write(DaemonMessage.PolicyPublished, $"{policy.Spd.Rules.Count} rules are in force; what fits none is discarded");
        foreach (var warning in policy.Warnings.Shown)
        {
            _log.Write(DaemonMessage.PolicyWarning, warning.ToString());
        }
    }

    // Above the sockets it uses, so that it ends before they close; a start that fails leaves nothing open.
    private void StartIke(PolicyModel policy)
    {
        if (policy.DynamicTunnels.Count == 0)
        {
            return;
        }

        try
        {
            _ike = Keep(IkeService.Start(_plane, _relay, policy, IkeSockets.Open(policy, _socket, Keep), _side.Encapsulation == CipherEncapsulation.Udp, _log, _ledger));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private long Packets() => _cipher.Stats.ReceivedPackets + _cipher.Stats.SentPackets;
}
