using IpsecDp.Crypto;
using IpsecDp.Crypto.Platform;
using IpsecDp.Crypto.Simd;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Ipsec;
using IpsecDp.Ports.Buffers;
using IpsecDp.Ports.Memory;
using IpsecDp.TestKit.Line;
using IpsecDp.Throughput.Traffic;
using IpsecDp.Workloads.Accounting;

namespace IpsecDp.Throughput.Line;

/// <summary>Two data planes on memory links, one queue for each thread: what a host sends goes out through A, in through B, and is what it sends next.</summary>
internal sealed class MemoryLine : IDisposable
{
    // Room for outer headers around the longest packet, on links and in buffers.
    private const int HeaderRoom = 200;
    private const int QueueLength = 8192;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly CpuLedger _ledger;
    private readonly BufferPool _superframes = new(BufferPool.SuperframeCapacity, 16);
    private readonly BufferPool _packets;
    private readonly EnginePool _pool;
    private readonly MemoryClearPort[] _clearA;
    private readonly MemoryClearPort[] _clearB;
    private readonly (MemoryCipherPort A, MemoryCipherPort B)[] _links;
    private readonly DataPlane _a;
    private readonly DataPlane _b;
    private readonly LineQueue[] _queues;
    private readonly LineCrew _crew;
    private readonly Thread _watch;
    private readonly ManualResetEventSlim _isOver = new();

    /// <summary>Builds the line; <paramref name="lead"/> batches of each thread may wait for an engine or another thread on each side.</summary>
    public MemoryLine(LineCase line, int lead, CpuLedger ledger)
    {
        Case = line;
        _ledger = ledger;
        var mtu = Math.Max(1500, line.Mix.MaximumLength) + HeaderRoom;
        var options = new MemoryPortOptions { RestoresRoom = false, Mtu = mtu, QueueLength = QueueLength };
        _pool = new EnginePool(new EnginePoolModel { Engines = line.Engines }, _ledger);
        _clearA = [.. Enumerable.Range(0, line.Threads).Select(_ => new MemoryClearPort(options))];
        _clearB = [.. Enumerable.Range(0, line.Threads).Select(_ => new MemoryClearPort(options))];
        _links = [.. Enumerable.Range(0, line.Threads).Select(_ => MemoryCipherLink.Create(options))];
        var batches = line.IsPipelined ? (2 * lead) + 1 : 1;
        _packets = new BufferPool(Math.Max(BufferPool.PacketCapacity, mtu), PacketBatch.DefaultCapacity * batches * line.Threads);
        _a = Make("a", _clearA, [.. _links.Select(link => link.A)]);
        _b = Make("b", _clearB, [.. _links.Select(link => link.B)]);
        LineModels.InstallOutbound(line, _a);
        LineModels.InstallInbound(line, _b);
        _queues = [.. Enumerable.Range(0, line.Threads).Select(queue => new LineQueue(line, queue, (_a, _b), _links[queue], _clearB[queue], _packets, batches))];
        _crew = new LineCrew(_queues, _ledger);
        _watch = new Thread(Watch) { IsBackground = true, Name = "line watch" };
        _watch.Start();
    }

    /// <summary>What it carries.</summary>
    public LineCase Case { get; }

    /// <summary>Time from a batch's admission to its last packet's arrival.</summary>
    public LatencyHistogram Latency
    {
        get
        {
            var all = new LatencyHistogram();
            foreach (var queue in _queues)
            {
                all.Add(queue.Latency);
            }

            return all;
        }
    }

    /// <summary>The pool's counters.</summary>
    public EnginePoolSnapshot Engines => _pool.Snapshot();

    /// <summary>Carries that many batches, divided among the threads, and returns nanoseconds a packet; throws when a packet was lost.</summary>
    public double Carry(int batches)
    {
        var each = Math.Max(1, batches / _queues.Length);
        return _crew.Carry(each, isNumbered: false).TotalNanoseconds / ((double)each * _queues.Length * PacketBatch.DefaultCapacity);
    }

    /// <summary>The same with a number in every packet; returns how many came out of their SA's order or not at all.</summary>
    public long CarryNumbered(int batches)
    {
        _crew.Carry(Math.Max(1, batches / _queues.Length), isNumbered: true);
        return _queues.Sum(queue => queue.OutOfOrder);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isOver.Set();
        _watch.Join();
        _isOver.Dispose();
        _crew.Dispose();
        foreach (var queue in _queues)
        {
            queue.Dispose();
        }

        _a.Dispose();
        _b.Dispose();
        _pool.Dispose();
        for (var queue = 0; queue < _queues.Length; queue++)
        {
            _links[queue].A.Dispose();
            _links[queue].B.Dispose();
            _clearA[queue].Dispose();
            _clearB[queue].Dispose();
        }
    }

    private DataPlane Make(string name, MemoryClearPort[] clear, MemoryCipherPort[] cipher) => new(new DataPlaneOptions
    {
        Name = name,
        ClearPorts = clear,
        CipherPorts = cipher,
        Pool = _pool,
        Crypto = new CryptoEngines(new SimdEngine(), new PlatformEngine()),
        Ledger = _ledger,
        Packets = _packets,
        Superframes = _superframes,
        Events = new RecordedEvents(),
    });

    // A lost packet would be waited for for ever. A thread and no timer: the pool of timers' threads allocates.
    private void Watch()
    {
        var before = -1L;
        while (!_isOver.Wait(Patience))
        {
            var arrived = _queues.Sum(queue => queue.Arrived);
            if (arrived == before && _crew.IsCarrying)
            {
                GiveUp();
            }

            before = arrived;
        }
    }

    private void GiveUp()
    {
        _crew.Fail($"the line lost packets: {string.Join(", ", _a.Snapshot().Drops.Concat(_b.Snapshot().Drops))} {_pool.FirstFault}");
        for (var queue = 0; queue < _queues.Length; queue++)
        {
            _queues[queue].GiveUp();
            _clearB[queue].HostInterrupt();
            _links[queue].B.Interrupt();
        }
    }
}
