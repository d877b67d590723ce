namespace IpsecDp.Engines;

/// <summary>Counts jobs of one kind from any thread.</summary>
internal sealed class WorkCounter
{
    private long _jobs;
    private long _packets;
    private long _bytes;

    public WorkCount Count => new(Volatile.Read(ref _jobs), Volatile.Read(ref _packets), Volatile.Read(ref _bytes));

    public void Add(LaneJob job)
    {
        Interlocked.Increment(ref _jobs);
        Interlocked.Add(ref _packets, job.Packets);
        Interlocked.Add(ref _bytes, job.Bytes);
    }
}
