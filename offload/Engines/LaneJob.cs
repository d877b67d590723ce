namespace IpsecDp.Engines;

/// <summary>A job that is delivered in the order in which it was opened in its lane, whichever thread ran it.</summary>
public abstract class LaneJob : IEngineJob
{
    // The link of the list the job waits in: newest first while it arrives, oldest first once a drainer took it.
    internal LaneJob? NextInLane;

    // 0 open, 1 closed; the knock that follows the write publishes it (LaneOrder.Close).
    internal int Closed;

    /// <inheritdoc/>
    public abstract int Bytes { get; }

    /// <inheritdoc/>
    public virtual int Packets => 1;

    /// <summary>What the job is for; as it is when the job is opened in its lane.</summary>
    public virtual ServiceClass Class => ServiceClass.Unclassified;

    /// <summary>The class in whose queue it waits: that of an important job its lane carried before.</summary>
    public ServiceClass QueuedAs { get; internal set; }

    /// <summary>The lane it was opened in; null before its first.</summary>
    public OrderedLane? Lane { get; internal set; }

    /// <summary>Time stamp of its submission by the pool's clock, by which waiting is judged.</summary>
    public long SubmittedAt { get; internal set; }

    /// <summary>The processor its submitter is bound to, or <see cref="Pinning.ThreadBinding.None"/>.</summary>
    internal int BroughtFrom { get; set; }

    /// <summary>True when <see cref="Run"/> threw: its packets are half made, and <see cref="Deliver"/> gives them back without letting them out.</summary>
    public bool Faulted { get; internal set; }

    /// <summary>Called before <see cref="Run"/> on a thread that did not bring the job, whose memory lies in another processor's cache: a place to ask for all of it at once, where the work would wait for one piece after another.</summary>
    public virtual void Fetch()
    {
    }

    /// <inheritdoc/>
    public abstract void Run();

    /// <summary>The last, ordered leg; called once, after every earlier job of the lane was delivered. The job gives itself back here.</summary>
    public abstract void Deliver();
}
