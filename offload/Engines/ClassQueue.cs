using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace IpsecDp.Engines;

/// <summary>The jobs of one class that wait at one engine, oldest first; full by jobs or by octets. A channel carries them; what passed either end is counted beside it, so that who asks how many wait takes no lock.</summary>
internal sealed class ClassQueue(NeedHelpRule rule, ServiceClass serviceClass)
{
    private readonly long _mostOctets = rule.OctetsOf(serviceClass);
    private readonly Channel<LaneJob> _channel = Channel.CreateBounded<LaneJob>(new BoundedChannelOptions(rule.QueueDepth) { FullMode = BoundedChannelFullMode.Wait });
    private QueueEnd _written;
    private QueueEnd _taken;

    // A taker may count before the writer does.
    public int Depth => (int)Math.Clamp(Volatile.Read(ref _written.Jobs) - Volatile.Read(ref _taken.Jobs), 0, rule.QueueDepth);

    /// <summary>Whether no more is taken and all was.</summary>
    public bool IsDone => _channel.Reader.Completion.IsCompleted;

    /// <summary>Whether half of it is free, which is announced at once: a wake-up per job would cost more than the job.</summary>
    public bool HasRoom => Depth <= rule.QueueDepth / 2 && Octets <= _mostOctets / 2;

    private long Octets => Volatile.Read(ref _written.Octets) - Volatile.Read(ref _taken.Octets);

    /// <summary>Queues a job; false if the queue is full or completed. After true the job is not the caller's to touch.</summary>
    public bool TryPut(LaneJob job)
    {
        // Read before the write, after which the job is another's. Several writers at once may put in a job more than fits.
        var octets = job.Bytes;
        var waiting = Octets;
        if ((waiting > 0 && waiting > _mostOctets - octets) || !_channel.Writer.TryWrite(job))
        {
            return false;
        }

        // The job last, so that who sees it counted finds it and its octets.
        Interlocked.Add(ref _written.Octets, octets);
        Interlocked.Increment(ref _written.Jobs);
        return true;
    }

    /// <summary>Takes the oldest job.</summary>
    public bool TryTake([NotNullWhen(true)] out LaneJob? job)
    {
        if (Depth == 0 || !_channel.Reader.TryRead(out job))
        {
            job = null;
            return false;
        }

        Interlocked.Add(ref _taken.Octets, job.Bytes);
        Interlocked.Increment(ref _taken.Jobs);
        return true;
    }

    /// <summary>Whether the oldest job has waited too long.</summary>
    public bool IsOverdue(long now) => Depth > 0 && _channel.Reader.TryPeek(out var oldest) && rule.IsOverdue(oldest.SubmittedAt, now);

    /// <summary>Refuses further jobs; those queued can still be taken.</summary>
    public void Complete() => _channel.Writer.Complete();
}
