using System.Diagnostics;
using System.Globalization;
using System.Net;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Linux;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Platform;
using IpsecDp.Crypto.Simd;
using IpsecDp.Daemon.Capture;
using IpsecDp.Daemon.Commands;
using IpsecDp.Daemon.Ike;
using IpsecDp.Daemon.Numbers;
using IpsecDp.Daemon.Offload;
using IpsecDp.Daemon.Records;
using IpsecDp.Daemon.Wireshark;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Pinning;
using IpsecDp.Engines.Records;
using IpsecDp.Ike;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Accounting;
using IpsecDp.Policy.Compile;
using IpsecDp.Ports;

namespace IpsecDp.Daemon;

/// <summary>A running data plane, put together from top to bottom in the order a packet leaves the host.</summary>
public sealed class Composition : IDisposable
{
    // Reading the kernel's counters costs memory, of which a line in flight uses none.
    private static readonly TimeSpan LookInterval = TimeSpan.FromMinutes(1);

    private readonly DaemonLog _log;
    private readonly PortBuffers _buffers = new();
    private readonly CpuLedger _ledger = new();
    private readonly PortGuard _guard = new();
    private readonly Stack<IDisposable> _opened = new();
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private readonly int _engines;
    private readonly Normalisation _factor;
    private readonly NumberLedger? _numbers;
    private readonly CipherCapture? _file;
    private readonly IHostCapture _capture;
    private readonly IReadOnlyList<IClearPort> _clear;
    private readonly IReadOnlyList<ICipherPort> _cipher;
    private readonly ThreadPlacement _placement;
    private readonly EnginePool _pool;
    private EnginePoolModel _model = new() { Engines = 0 };
    private readonly DataPlane _plane;
    private readonly PolicyInForce _policy;
    private readonly MemoryWatch _memory;
    private long _lookedAt;
    private long _sentAtMark;
    private readonly AcquireRelay _relay;
    private readonly KeyLog? _keys;
    private readonly Lock _varying = new();
    private IReadOnlyList<DynamicTunnelModel> _dynamic;
    private IkeSockets? _sockets;
    private readonly string? _state;
    private IkeService? _ike;

    private Composition(DaemonOptions options, PolicyModel policy, DaemonLog log)
    {
        (_log, _engines, _factor) = (log, options.Engines, options.Engine.Factor);
        try
        {
            Stock(_buffers);
            _state = options.StateFolder;
            _numbers = _state is { } state ? new NumberLedger(state) : null;
            _keys = KeyLog.Open(options, log) is { } keys ? Keep(keys) : null;
            _file = options.CaptureFile is { } file ? Keep(CipherCapture.Create(file)) : null;
            _capture = Keep(HostCaptures.Open(options, policy, _buffers, log));
            _clear = [.. _capture.Clear.Select(port => new GuardedClearPort(port, _guard))];
            _cipher = [.. _capture.Cipher.Select(port => new GuardedCipherPort(_file is null ? port : _file.Tap(port), _guard))];
            _relay = new AcquireRelay(policy.DynamicTunnels, new LoggedEvents(log, TimeProvider.System));
            _placement = PlaceThreads(options);
            _pool = OpenPool(options);
            _plane = Keep(new DataPlane(PlaneOptions()));
            _dynamic = policy.DynamicTunnels;
            _policy = new PolicyInForce(_plane, _capture, _numbers, options.SortsArrivals, log);
            _policy.Install(policy);
            _memory = new MemoryWatch(Packets);
            StartRecords(options);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The implementations of the suites: vector code first, the platform for what it lacks.</summary>
    public static CryptoEngines Crypto { get; } = new(new SimdEngine(), new PlatformEngine());

    /// <summary>The data plane's counters now.</summary>
    public DataPlaneSnapshot Counters => _plane.Snapshot();

    private int GeneralThreads => _clear.Count + _cipher.Count;

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
        if (OperatingSystem.IsLinux() && (!Privileges.HasNetAdmin || !Privileges.HasNetRaw))
        {
            throw new DaemonException("needs root or CAP_NET_ADMIN and CAP_NET_RAW: start it with sudo");
        }

        var composition = new Composition(options, policy, log);
        composition._plane.Start();
        try
        {
            // A start that fails leaves nothing open.
            composition.OpenSockets(policy);
            composition.StartIke(policy);
            composition.TakeCommands(options);
        }
        catch
        {
            composition.Dispose();
            throw;
        }

        return composition;
    }

    /// <summary>Looks after what nobody else sees; to be called a few times a second.</summary>
    public void Watch()
    {
        _memory.Look();
        _ike?.Watch();
        FollowNumbers();
        if (Stopwatch.GetElapsedTime(_lookedAt) >= LookInterval)
        {
            _lookedAt = Stopwatch.GetTimestamp();
            if (_capture.Look() is { } disturbance)
            {
                _log.Write(DaemonMessage.CaptureDisturbed, disturbance);
            }
        }
    }

    /// <summary>Varies one engine more off, the last of those that are on, or on, the first of those that are off; says so, or that there is none.</summary>
    public void Vary(bool isOn)
    {
        lock (_varying)
        {
            var engines = _pool.Snapshot().Engines;
            var index = isOn ? engines.TakeWhile(engine => !engine.IsParked).Count() : engines.Count(engine => !engine.IsParked) - 1;
            if (index < 0 || index >= engines.Count || engines[index].IsParked != isOn)
            {
                _log.Write(DaemonMessage.NothingToVary, $"no engine can be varied {(isOn ? "on" : "off")}: {engines.Count(engine => !engine.IsParked)} of {engines.Count} are on");
                return;
            }

            if (isOn)
            {
                _pool.Unpark(index);
            }
            else
            {
                _pool.Park(index);
            }

            _log.Write(DaemonMessage.EngineVaried, $"engine {index} is varied {(isOn ? "on" : "off; what is in its queue it still runs")}");
        }
    }

    /// <summary>Works by another policy from here on, which becomes its own; throws <see cref="AdapterException"/> or <see cref="DaemonException"/> with the former in force.</summary>
    public void Reload(PolicyModel policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        OpenSockets(policy);
        // What a rule of either policy asks for meanwhile is asked of IKE.
        _relay.Follow(_dynamic.UnionBy(policy.DynamicTunnels, tunnel => tunnel.Name));
        try
        {
            _policy.Replace(policy);
        }
        catch
        {
            _relay.Follow(_dynamic);
            throw;
        }

        _dynamic = policy.DynamicTunnels;
        _relay.Follow(_dynamic);
        if (_ike is null)
        {
            StartIke(policy);
        }
        else
        {
            _ike.Reload(policy);
        }
    }

    /// <summary>Begins intervals of the caller's own over the accounts, which nobody else's shorten.</summary>
    public IntervalMeter MeterIntervals() => new(_ledger, _pool.Snapshot, Environment.MachineName, GeneralThreads, RecordControls.Of(_model, _factor), TimeProvider.System);

    /// <summary>Books the calling thread's CPU time as none of the product's until it is disposed.</summary>
    public IDisposable BookAsWorkload(string name) => _ledger.Register(name, CpuAccount.Workload);

    /// <summary>Asks IKE for something; false where there is no IKE, or where too much waits already.</summary>
    public bool TrySubmit(IkeCommand command) => _ike?.TrySubmit(command) ?? false;

    /// <summary>Stops in order, gives everything back and says what was done.</summary>
    public DaemonReport Stop()
    {
        var memory = _memory.Read();
        _log.Write(DaemonMessage.Stopping, "stopping");
        var report = new DaemonReport
        {
            Elapsed = Stopwatch.GetElapsedTime(_startedAt),
            Engines = _engines,
            Factor = _factor,
            GeneralThreads = GeneralThreads,
            Plane = _plane.Snapshot(),
            Cpu = _ledger.Snapshot(),
            Memory = memory,
            Capture = _file?.Describe(),
            OutstandingBuffers = 0,
            Negotiations = _ike?.Counts ?? [],
        };
        _numbers?.Close(report.Plane.Associations);
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

    // Far fewer than a mark lies ahead, so that nothing is read, and nothing made, while a line is quiet.
    private void FollowNumbers()
    {
        var sent = _cipher.Sum(port => port.Stats.SentPackets);
        if (_numbers is not null && sent - _sentAtMark >= (long)NumberLedger.Stride / 8)
        {
            _sentAtMark = sent;
            _numbers.Follow(_plane.Snapshot().Associations);
        }
    }

    private ThreadPlacement PlaceThreads(DaemonOptions options)
    {
        var allowed = Pinning.Allowed();
        if (options.Engine.Refusals(options.Engines, allowed.Count) is [var refusal, ..])
        {
            throw new DaemonException(refusal);
        }

        return options.Engine.Place(options.Engines, allowed) ?? options.Placement.Resolve(allowed, GeneralThreads, options.Engines);
    }

    private EnginePool OpenPool(DaemonOptions options)
    {
        var choice = options.Engine with { SmallestJob = options.Engine.SmallestJob ?? DaemonOptions.DefaultSmallestJob };
        _model = choice.ToModel(options.Engines, _placement, Pinning);
        var pool = Keep(new EnginePool(_model, _ledger));
        _log.Write(DaemonMessage.EnginesStarted, $"{EngineWords.Describe(_model)}; {_placement}");
        _log.Write(DaemonMessage.CryptoEngines, Crypto.Describe());
        return pool;
    }

    // Above the pool they read, so that they end before it does.
    private void StartRecords(DaemonOptions options)
    {
        if (options.RecordsFile is { } path)
        {
            var file = RecordFile.Open(path, options.RecordsLimit);
            if (file.Mended is { } mended)
            {
                _log.Write(DaemonMessage.RecordsMended, mended);
            }

            Keep(new IntervalRecorder(MeterIntervals(), file, options.Interval, _ledger, _log));
            _log.Write(DaemonMessage.RecordsStarted, string.Create(CultureInfo.InvariantCulture, $"interval records of {options.Interval.TotalSeconds:0.###} s go to {path}, {(file.Form == RecordForm.Json ? "a line of JSON each" : "binary")}"));
        }

        if (options.MetricsTo is { } target)
        {
            Keep(OffloadMetrics.SendTo(target, options.Interval, _ledger, _pool.Snapshot, options.Engine.Factor));
            _log.Write(DaemonMessage.MetricsStarted, string.Create(CultureInfo.InvariantCulture, $"metrics go to {target} every {options.Interval.TotalSeconds:0.###} s"));
        }

        if (options.PrometheusAt is { } place)
        {
            Keep(OffloadMetrics.ServeAt(place, _ledger, _pool.Snapshot, options.Engine.Factor));
            _log.Write(DaemonMessage.MetricsStarted, $"metrics are served at http://{place}/metrics{(IPAddress.IsLoopback(place.Address) ? "" : ", to whoever reaches it")}");
        }
    }

    private DataPlaneOptions PlaneOptions() => new()
    {
        Name = "plane",
        ClearPorts = _clear,
        CipherPorts = _cipher,
        Pool = _pool,
        Crypto = Crypto,
        Ledger = _ledger,
        Packets = _buffers.Packets,
        Superframes = _buffers.Superframes,
        Pinning = Pinning,
        Placement = _placement,
        Events = _relay,
    };

    // Below the service that uses them, which ends before they close.
    private void OpenSockets(PolicyModel policy)
    {
        if (policy.DynamicTunnels.Count > 0)
        {
            _sockets ??= Keep(new IkeSockets(_capture.SharedSocket));
            _sockets.Follow(policy);
        }
    }

    private void StartIke(PolicyModel policy)
    {
        if (policy.DynamicTunnels.Count > 0)
        {
            _ike = Keep(IkeService.Start(_plane, _relay, policy, _sockets!.Channels, _capture.IsEspInUdp, _log, _ledger, _keys, _state is { } state ? CrashSecretFile.Open(state) : null));
        }
    }

    // Above everything it asks.
    private void TakeCommands(DaemonOptions options)
    {
        if (options.CommandPath is not { } path)
        {
            return;
        }

        var commands = new TunnelCommands(_plane, () => Volatile.Read(ref _dynamic), () => Volatile.Read(ref _ike), TimeProvider.System);
        try
        {
            Keep(CommandServer.Start(path, commands.Answer, _log));
            _log.Write(DaemonMessage.CommandsTaken, $"commands are taken at {path}");
        }
        catch (AdapterException refusal) when (!options.RequiresCommands)
        {
            _log.Write(DaemonMessage.CommandsRefused, $"{refusal.Message}: \"ipsecdp tunnel\" does not reach this data plane; --control gives it a place of its own");
        }
    }

    private long Packets() => _cipher.Sum(port => port.Stats.ReceivedPackets + port.Stats.SentPackets);
}
