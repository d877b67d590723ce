namespace IpsecDp.Ike.V2;

/// <summary>When which IKE SA is to be woken. An SA stands here once as a rule; entries that were overtaken are dropped when their time comes, so that nothing is ever searched.</summary>
internal sealed class TimerQueue
{
    private readonly PriorityQueue<(IkeSaV2 Sa, DateTimeOffset At), DateTimeOffset> _queue = new();

    /// <summary>The next time anything may be due; null without anything.</summary>
    public DateTimeOffset? WakeAt
    {
        get
        {
            while (_queue.TryPeek(out var entry, out var at))
            {
                if (entry.Sa.QueuedFor == entry.At)
                {
                    return at;
                }

                _queue.Dequeue();
            }

            return null;
        }
    }

    /// <summary>Sees to it that an SA is woken when it wants to be, or before.</summary>
    public void Schedule(IkeSaV2 sa)
    {
        if (sa.WakeAt is { } at && (sa.QueuedFor is not { } queued || at < queued))
        {
            sa.QueuedFor = at;
            _queue.Enqueue((sa, at), at);
        }
    }

    /// <summary>Takes the next SA whose time has come; it is to be scheduled again afterwards.</summary>
    public bool TryTake(DateTimeOffset now, out IkeSaV2? sa)
    {
        while (_queue.TryPeek(out var entry, out var at) && at <= now)
        {
            _queue.Dequeue();
            if (entry.Sa.QueuedFor == entry.At)
            {
                sa = entry.Sa;
                sa.QueuedFor = null;
                return true;
            }
        }

        sa = null;
        return false;
    }
}
