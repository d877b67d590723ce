namespace IpsecDp.Engines;

/// <summary>Counts numbers for a <see cref="CountHistogram"/>; any thread reads, and who writes is said by the method.</summary>
internal sealed class CountRecorder
{
    private readonly long[] _counts = new long[CountHistogram.Buckets];

    /// <summary>Counts from any thread.</summary>
    public void Record(long value) => Interlocked.Increment(ref _counts[CountHistogram.BucketOf(value)]);

    /// <summary>Counts from the only thread that writes.</summary>
    public void RecordAlone(long value)
    {
        ref var count = ref _counts[CountHistogram.BucketOf(value)];
        Volatile.Write(ref count, count + 1);
    }

    public CountHistogram Read()
    {
        var counts = new long[CountHistogram.Buckets];
        for (var bucket = 0; bucket < counts.Length; bucket++)
        {
            counts[bucket] = Volatile.Read(ref _counts[bucket]);
        }

        return new CountHistogram(counts);
    }
}
