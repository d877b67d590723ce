namespace IpsecDp.Engines;

/// <summary>Where one job of a <see cref="ClassQueue"/> waits, with what is asked of it while it waits: the job itself lies in another processor's cache.</summary>
internal struct QueuePlace
{
    /// <summary>Whose turn it is, by the writer's and the taker's position.</summary>
    public long Turn;

    public LaneJob? Job;
    public long SubmittedAt;
    public int Octets;
}
