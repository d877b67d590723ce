using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace IpsecDp.Engines;

/// <summary>The jobs of one class that wait at one engine, oldest first; full by jobs or by octets.</summary>
internal sealed class ClassQueue(NeedHelpRule rule)
{
    private readonly Channel<LaneJob> _channel = Channel.CreateBounded<LaneJob>(new BoundedChannelOptions(rule.QueueDepth) { FullMode = BoundedChannelFullMode.Wait });
    private int _depth;
    private int _octets;

    // A taker may count before the writer does.
    public int Depth => Math.Clamp(Volatile.Read(ref _depth), 0, rule.QueueDepth);

    /// <summary>Whether no more is taken and all was.</summary>
    public bool IsDone => _channel.Reader.Completion.IsCompleted;

    /// <summary>Whether half of it is free, which is announced at once: a wake-up per job would cost more than the job.</summary>
    public bool HasRoom => Volatile.Read(ref _depth) <= rule.QueueDepth / 2 && Volatile.Read(ref _octets) <= rule.QueueOctets / 2;

    /// <summary>Queues a job; false if the queue is full or completed. After true the job is not the caller's to touch.</summary>
    public bool TryPut(LaneJob job)
    {
        // Read before the write, after which the job is another's. Several writers at once may put in a job more than fits.
        var octets = job.Bytes;
        var waiting = Volatile.Read(ref _octets);
        if ((waiting > 0 && waiting > rule.QueueOctets - octets) || !_channel.Writer.TryWrite(job))
        {
            return false;
        }

        Interlocked.Add(ref _octets, octets);

        // Counted after the write, so that who sees the count finds the job.
        Interlocked.Increment(ref _depth);
        return true;
    }

    /// <summary>Takes the oldest job.</summary>
    public bool TryTake([NotNullWhen(true)] out LaneJob? job)
    {
        if (Volatile.Read(ref _depth) <= 0 || !_channel.Reader.TryRead(out job))
        {
            job = null;
            return false;
        }

        Interlocked.Add(ref _octets, -job.Bytes);
        Interlocked.Decrement(ref _depth);
        return true;
    }

    /// <summary>Whether the oldest job has waited too long.</summary>
    public bool IsOverdue(long now) =>
        Volatile.Read(ref _depth) > 0 && _channel.Reader.TryPeek(out var oldest) && rule.IsOverdue(oldest.SubmittedAt, now);

    /// <summary>Refuses further jobs; those queued can still be taken.</summary>
    public void Complete() => _channel.Writer.Complete();
}
