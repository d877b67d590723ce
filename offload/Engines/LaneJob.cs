namespace IpsecDp.Engines;

/// <summary>A job that is delivered in the order in which it was opened in its lane, whichever thread ran it.</summary>
public abstract class LaneJob : IEngineJob
{
    /// <inheritdoc/>
    public abstract int Bytes { get; }

    /// <summary>The lane it was opened in; null outside of one.</summary>
    public OrderedLane? Lane { get; internal set; }

    /// <summary>Stopwatch time stamp of its submission, by which waiting is judged.</summary>
    public long SubmittedAt { get; internal set; }

    internal LaneJob? NextInLane { get; set; }

    // 0 open, 1 closed; written with a full fence by OrderedLane.Close.
    internal int Closed;

    /// <inheritdoc/>
    public abstract void Run();

    /// <summary>The last, ordered leg; called once, after every earlier job of the lane was delivered. The job gives itself back here.</summary>
    public abstract void Deliver();
}
