using IpsecDp.Crypto;
using IpsecDp.Crypto.Platform;
using IpsecDp.Crypto.Simd;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Pinning;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Accounting;
using IpsecDp.Ports;
using IpsecDp.Ports.Memory;
using IpsecDp.Workloads;

namespace IpsecDp.Host.Lab;

/// <summary>One host of the lab: a data plane, its engines, and the traffic of the applications above it.</summary>
internal sealed class LabHost : IDisposable
{
    /// <summary>Packets that fit into each queue of the lab.</summary>
    public const int QueueLength = 4096;

    private static readonly IThreadPinning Pinning = IThreadPinning.OfThisSystem;

    private readonly LabBuffers _buffers = new();
    private readonly MemoryClearPort _clear;
    private readonly ICipherPort _cipher;
    private readonly EnginePool _pool;
    private readonly LabTraffic _traffic;

    /// <summary>Puts a host together around its end of the link.</summary>
    public LabHost(string name, LabOptions options, int mtu, ICipherPort cipher, IWorkload workload, CpuLedger ledger, IDataPlaneEvents events)
    {
        _cipher = cipher;
        _clear = new MemoryClearPort(new MemoryPortOptions { Name = $"memory:{name}", Mtu = mtu, QueueLength = QueueLength });
        var placement = options.Engine.Place(options.Engines, Pinning.Allowed()) ?? ThreadPlacement.Free;
        _pool = new EnginePool(options.Engine.ToModel(options.Engines, placement, Pinning), ledger);
        Plane = new DataPlane(new DataPlaneOptions
        {
            Name = name,
            ClearPorts = [_clear],
            CipherPorts = [cipher],
            Pool = _pool,
            Crypto = Crypto,
            Ledger = ledger,
            Packets = _buffers.Packets,
            Superframes = _buffers.Superframes,
            Pinning = Pinning,
            Placement = placement,
            Events = events,
        });
        Workload = workload;
        // Applications are work of general processors, as they are on z/OS.
        _traffic = new LabTraffic(name, workload, _clear, _buffers, ledger, placement.General);
    }

    /// <summary>The implementations of the suites: vector code first, the platform for what it lacks.</summary>
    public static CryptoEngines Crypto { get; } = new(new SimdEngine(), new PlatformEngine());

    /// <summary>The engines.</summary>
    public EnginePool Pool => _pool;

    /// <summary>The data plane.</summary>
    public DataPlane Plane { get; }

    /// <summary>What its applications send and receive.</summary>
    public IWorkload Workload { get; }

    /// <summary>Whether its applications wait for nothing.</summary>
    public bool IsQuiet => _traffic.IsQuiet;

    /// <summary>How often its applications have looked for what is due and found nothing.</summary>
    public long Looks => _traffic.Looks;

    /// <summary>The first exception of one of its threads, or null.</summary>
    public Exception? Failure => Plane.Failure ?? _traffic.Failure ?? _pool.FirstFault;

    /// <summary>Buffers that are out.</summary>
    public int Outstanding => _buffers.Outstanding;

    /// <summary>Starts the data plane and the applications.</summary>
    public void Start()
    {
        Plane.Start();
        _traffic.Start();
    }

    /// <summary>Ends the offering of traffic.</summary>
    public void Drain() => Workload.Drain();

    /// <summary>The data plane's counters.</summary>
    public DataPlaneSnapshot Snapshot() => Plane.Snapshot();

    /// <summary>Stops the applications, then the data plane, and gives everything back.</summary>
    public void Dispose()
    {
        _traffic.Dispose();
        Plane.Dispose();
        _pool.Dispose();
        _clear.Dispose();
        _cipher.Dispose();
    }
}
