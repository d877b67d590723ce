using IpsecDp.Engines.Accounting;

namespace IpsecDp.Engines;

/// <summary>A general thread that delivers what engines ran (<see cref="DeliveryRule.HandedBack"/>). Where its queue is full the engine delivers itself, so that it never waits.</summary>
internal sealed class DeliveryThread
{
    private readonly EngineQueue _queue;
    private readonly EnginePoolModel _model;
    private readonly JobRunner _runner;
    private readonly CpuLedger _ledger;
    private readonly Thread _thread;
    private long _delivered;

    public DeliveryThread(EnginePoolModel model, JobRunner runner, CpuLedger ledger)
    {
        (_model, _runner, _ledger) = (model, runner, ledger);
        // What engines ran lies in their caches and is on its way out: it is bounded by the jobs there are.
        var rule = model.Rule with { QueueDepth = model.Rule.QueueDepth * Math.Max(1, model.Engines), QueueOctets = int.MaxValue };
        _queue = new EngineQueue(rule, model.LongestSpin, new RoomGate());
        _thread = new Thread(Work) { IsBackground = true, Name = "deliver" };
    }

    /// <summary>Jobs it delivered.</summary>
    public long Delivered => Volatile.Read(ref _delivered);

    public void Start() => _thread.Start();

    /// <summary>Takes a job over that was run; false when the caller has to deliver it.</summary>
    public bool TryPut(LaneJob job) => _queue.TryPut(job);

    /// <summary>Delivers what is queued and ends.</summary>
    public void Close()
    {
        _queue.Complete();
        _thread.Join();
    }

    /// <summary>Whether the calling thread is this one.</summary>
    public bool IsCurrent => Thread.CurrentThread == _thread;

    private void Work()
    {
        if (_model.DeliveryProcessor is { } processor)
        {
            // A refusal costs speed and nothing else.
            _ = _model.Pinning.TryPin(processor);
        }

        using var meter = _ledger.Register(_thread.Name!, CpuAccount.HandOver);
        do
        {
            meter.Switch(CpuAccount.HandOver);
            while (_queue.TryTake(out var job))
            {
                _runner.Close(job, meter, CpuSlot.Of(CpuAccount.General, job.Class));
                Volatile.Write(ref _delivered, _delivered + 1);
                meter.Switch(CpuAccount.HandOver);
            }
        }
        while (_queue.AwaitWork(meter));
    }
}
