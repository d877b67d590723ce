using IpsecDp.Engines.Order;

namespace IpsecDp.Engines;

/// <summary>Order without a thread: jobs are opened in order by one thread at a time, closed by any thread in any order, and delivered in order by whoever closes the head.</summary>
public sealed class OrderedLane
{
    private LaneOrder<MachineSync> _order;

    /// <summary>Whether every job opened so far was delivered; exact once nobody opens any more.</summary>
    public bool IsIdle => _order.IsIdle;

    /// <summary>Jobs opened and not yet delivered.</summary>
    public int InFlight => _order.InFlight;

    /// <summary>Appends a job; the caller holds the SA's admission lock, so that number and place are taken together.</summary>
    public void Open(LaneJob job)
    {
        job.Lane = this;
        job.Faulted = false;
        job.QueuedAs = LaneImportance.Next(job.Class, ref _order.Importance, ref _order.RidesAlong);
        _order.Open(job);
    }

    /// <summary>Tells that a job was run, and delivers every job at the head that was; call once per opened job, from any thread. What a delivery throws comes out here after the lane was released, several at once as an <see cref="AggregateException"/>.</summary>
    public void Close(LaneJob job) => _order.Close(job);

    /// <summary>Waits until the lane is idle, false if <paramref name="patience"/> ran out; for the removal of an SA, which has left its table so that nobody opens any more. Never call it from a delivery of the same lane.</summary>
    public bool Drain(TimeSpan patience) => _order.Drain(patience);
}
