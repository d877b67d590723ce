using IpsecDp.Workloads.OpenLoop;

namespace IpsecDp.Host.Measure;

/// <summary>Where the packets of one IP precedence wait to be read, as in a device's queue of its own for each: it fills as time passes, and what finds it full is lost. Only the port's thread uses it; what was lost may be read by any.</summary>
internal sealed class OfferedRing(ArrivalShare share)
{
    /// <summary>Packets a ring holds.</summary>
    public const int Length = 4096;

    private readonly Queue<long> _waiting = new(Length);
    private long _seen;
    private long _lost;

    /// <summary>The precedence of its packets.</summary>
    public int Precedence => share.Precedence;

    /// <summary>Packets that wait.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Packets that found it full in this trial.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Forgets the trial before.</summary>
    public void Begin()
    {
        _waiting.Clear();
        _seen = 0;
        Volatile.Write(ref _lost, 0);
    }

    /// <summary>Takes in its packets among the first so many of the load: the oldest fill it, those that come while it is full are the ones that are lost. Returns how many were.</summary>
    public long Fill(long arrived)
    {
        var due = share.Among(arrived);
        var kept = Math.Min(due, _seen + Length - Waiting);
        for (var own = _seen; own < kept; own++)
        {
            _waiting.Enqueue(share.NumberOf(own));
        }

        var lost = due - kept;
        _seen = due;
        Volatile.Write(ref _lost, _lost + lost);
        return lost;
    }

    /// <summary>Takes the number of the oldest packet; one waits.</summary>
    public long Take() => _waiting.Dequeue();
}
