using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using IpsecDp.Engines.Accounting;

namespace IpsecDp.Engines;

/// <summary>A thread that models a specialty processor: it takes jobs from its queue, runs them and delivers what their lanes let out.</summary>
internal sealed class SpecialtyEngine
{
    [ThreadStatic]
    private static SpecialtyEngine? _current;

    private readonly EngineQueue _queue;
    private readonly EnginePoolModel _model;
    private readonly JobRunner _runner;
    private readonly CpuLedger _ledger;
    private readonly Thread _thread;

    private int _busy;
    private int _parked;
    private bool _pinned;

    // Written by the engine's thread only.
    private long _jobs;
    private long _packets;
    private long _bytes;

    public SpecialtyEngine(int index, EnginePoolModel model, JobRunner runner, RoomGate room, CpuLedger ledger)
    {
        Index = index;
        _model = model;
        _runner = runner;
        _ledger = ledger;
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

    /// <summary>Jobs queued and in hand.</summary>
    public int Load => _queue.Depth + Volatile.Read(ref _busy);

    public bool IsAsleep => _queue.IsAsleep;

    public void Start() => _thread.Start();

    public bool TrySubmit(LaneJob job) => _queue.TryPut(job);

    public bool TryTakeOverdue(long now, [NotNullWhen(true)] out LaneJob? job) => _queue.TryTakeOverdue(_model.Rule, now, out job);

    public bool TryTake([NotNullWhen(true)] out LaneJob? job) => _queue.TryTake(out job);

    public void Complete() => _queue.Complete();

    public void Join() => _thread.Join();

    /// <summary>Runs a job its own delivery submitted, when no queue has room: it is on an engine already.</summary>
    public void RunAtOnce(LaneJob job, ThreadMeter? meter)
    {
        Count(job);
        _runner.RunOnEngine(job, meter);
    }

    public EngineSnapshot Snapshot() => new(
        Index,
        IsParked,
        Volatile.Read(ref _pinned),
        Volatile.Read(ref _jobs),
        Volatile.Read(ref _packets),
        Volatile.Read(ref _bytes),
        _queue.Depth,
        _queue.HighWater,
        _queue.WakeUps);

    private void Work()
    {
        _current = this;
        if (_model.Processors.Count > 0)
        {
            Volatile.Write(ref _pinned, _model.Pinning.TryPin(_model.Processors[Index % _model.Processors.Count]));
        }

        using var meter = _ledger.Register(_thread.Name!, CpuAccount.HandOver);
        do
        {
            meter.Switch(CpuAccount.HandOver);
            while (_queue.TryTake(out var job))
            {
                Volatile.Write(ref _busy, 1);
                Count(job);
                _runner.RunOnEngine(job, meter);
                Volatile.Write(ref _busy, 0);
                meter.Switch(CpuAccount.HandOver);
            }

            meter.Switch(CpuAccount.Idle);
        }
        while (_queue.AwaitWork());
    }

    // Before the run: after it the job may already be another's.
    private void Count(LaneJob job)
    {
        Volatile.Write(ref _jobs, _jobs + 1);
        Volatile.Write(ref _packets, _packets + job.Packets);
        Volatile.Write(ref _bytes, _bytes + job.Bytes);
    }
}
