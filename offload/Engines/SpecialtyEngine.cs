using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Pinning;

namespace IpsecDp.Engines;

/// <summary>A thread that models a specialty processor: it takes jobs from its queue, runs them and delivers what their lanes let out.</summary>
internal sealed class SpecialtyEngine
{
    private const double Microsecond = 1e-6;

    [ThreadStatic]
    private static SpecialtyEngine? _current;

    private readonly EngineQueue _queue;
    private readonly EnginePoolModel _model;
    private readonly JobRunner _runner;
    private readonly DeliveryThread? _deliverer;
    private readonly WorkOrigin? _origin;
    private readonly CpuLedger _ledger;
    private readonly Thread _thread;
    private readonly double _microsecondsPerTick;

    private int _busy;
    private int _parked;
    private bool _pinned;

    // Written by the engine's thread only.
    private readonly WorkCount[] _classes = new WorkCount[ServiceClasses.Count];
    private readonly CountRecorder _waited = new();
    private int _version;

    public SpecialtyEngine(int index, EnginePoolModel model, JobRunner runner, RoomGate room, DeliveryThread? deliverer, CpuLedger ledger)
    {
        Index = index;
        (_model, _runner, _deliverer, _ledger) = (model, runner, deliverer, ledger);
        _origin = model is { FollowsWork: true, Processors: [] } ? new WorkOrigin() : null;
        _microsecondsPerTick = 1 / (Microsecond * model.Time.TimestampFrequency);
        _queue = new EngineQueue(model.Rule, model.LongestSpin, room);
        _thread = new Thread(Work)
        {
            IsBackground = true,
            Name = string.Create(CultureInfo.InvariantCulture, $"engine-{index}"),
        };
    }

    public static SpecialtyEngine? Current => _current;

    public int Index { get; }

    /// <summary>A parked engine is offered nothing; what is in its queue it still runs.</summary>
    public bool IsParked
    {
        get => Volatile.Read(ref _parked) != 0;
        set => Volatile.Write(ref _parked, value ? 1 : 0);
    }

    /// <summary>Jobs it began since it was started.</summary>
    public long Begun => Volatile.Read(ref _version) / 2;

    public bool IsAsleep => _queue.IsAsleep;

    public bool HasWork => Waiting > 0;

    /// <summary>Jobs that wait before it.</summary>
    public int Waiting => _queue.Depth;

    /// <summary>Microseconds its jobs waited in the queue.</summary>
    public CountHistogram QueueMicroseconds => _waited.Read();

    /// <summary>Jobs queued and in hand.</summary>
    public int Load => _queue.Depth + Volatile.Read(ref _busy);

    /// <summary>Jobs that a job queued as a class has to wait for: those of its class and of more important ones, and the one in hand.</summary>
    public int LoadBefore(ServiceClass serviceClass)
    {
        var load = Volatile.Read(ref _busy);
        if (!HasWork)
        {
            return load;
        }

        for (var at = ServiceClass.EeNetwork; at <= serviceClass; at++)
        {
            load += _queue.DepthOf(at);
        }

        return load;
    }

    public int DepthOf(ServiceClass serviceClass) => _queue.DepthOf(serviceClass);

    public void Start() => _thread.Start();

    public bool TrySubmit(LaneJob job) => _queue.TryPut(job);

    public bool IsOverdue(ServiceClass serviceClass, long now) => _queue.IsOverdue(serviceClass, now);

    public bool TryTake(ServiceClass serviceClass, [NotNullWhen(true)] out LaneJob? job) => _queue.TryTake(serviceClass, out job);

    public void Complete() => _queue.Complete();

    public void Join() => _thread.Join();

    /// <summary>Runs a job its own delivery submitted, when no queue has room: it is on an engine already.</summary>
    public void RunAtOnce(LaneJob job, ThreadMeter? meter)
    {
        Count(job);
        _runner.RunOnEngine(job, meter, deliverer: null, Stopwatch.GetTimestamp());
    }

    /// <summary>Adds what it ran of each class.</summary>
    public void AddTo(WorkCount[] classes)
    {
        var mine = Read();
        for (var at = 0; at < mine.Length; at++)
        {
            classes[at] += mine[at];
        }
    }

    public EngineSnapshot Snapshot()
    {
        var total = Read().Aggregate((sum, count) => sum + count);
        return new(Index, IsParked, Volatile.Read(ref _pinned), total.Jobs, total.Packets, total.Bytes, _queue.Depth, _queue.HighWater, _queue.WakeUps);
    }

    private void Work()
    {
        _current = this;
        if (_model.Processors.Count > 0)
        {
            TryPin(_model.Processors[Index % _model.Processors.Count]);
        }

        using var meter = _ledger.Register(_thread.Name!, CpuAccount.HandOver);
        do
        {
            meter.Switch(CpuSlot.HandOverOnEngine);
            while (_queue.TryTake(out var job))
            {
                Volatile.Write(ref _busy, 1);
                var now = _model.Time.GetTimestamp();
                _waited.RecordAlone((long)((now - job.SubmittedAt) * _microsecondsPerTick));
                Count(job);
                if (_origin is not null && _origin.TryMove(job.BroughtFrom, job.Bytes))
                {
                    TryPin(_origin.Processor);
                }

                _runner.RunOnEngine(job, meter, _deliverer, _model.StampOf(now));
                Volatile.Write(ref _busy, 0);
                meter.Switch(CpuSlot.HandOverOnEngine);
            }
        }
        while (_queue.AwaitWork(meter));
    }

    private void TryPin(int processor) => Volatile.Write(ref _pinned, _model.Pinning.TryPin(processor));

    // Before the run: after it the job may already be another's. The version is odd while a count is written.
    private void Count(LaneJob job)
    {
        Interlocked.Increment(ref _version);
        _classes[(int)job.Class] += new WorkCount(1, job.Packets, job.Bytes);
        Volatile.Write(ref _version, _version + 1);
    }

    private WorkCount[] Read()
    {
        var wait = default(SpinWait);
        while (true)
        {
            var version = Volatile.Read(ref _version);
            WorkCount[] classes = [.. _classes];
            Interlocked.MemoryBarrier();
            if ((version & 1) == 0 && Volatile.Read(ref _version) == version)
            {
                return classes;
            }

            wait.SpinOnce();
        }
    }
}
