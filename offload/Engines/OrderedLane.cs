namespace IpsecDp.Engines;

/// <summary>Order without a thread: jobs are opened in order by one thread at a time, closed by any engine in any order, and delivered in order by whoever closes the head.</summary>
public sealed class OrderedLane
{
    private LaneJob? _head;
    private LaneJob? _tail;

    /// <summary>Appends a job; the caller holds the SA's admission lock, so that number and place are taken together.</summary>
    public void Open(LaneJob job)
    {
        job.Lane = this;
        job.NextInLane = null;
        if (_tail is null)
        {
            _head = job;
        }
        else
        {
            _tail.NextInLane = job;
        }

        _tail = job;
    }
}
