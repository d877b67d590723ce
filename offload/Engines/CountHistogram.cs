namespace IpsecDp.Engines;

/// <summary>How often a whole number was seen, by powers of two: bucket 0 counts zeros, bucket n the numbers from 2^(n-1) to 2^n - 1, the last one all that are larger.</summary>
public sealed class CountHistogram
{
    /// <summary>How many buckets there are.</summary>
    public const int Buckets = 24;

    private readonly long[] _counts;

    internal CountHistogram(long[] counts) => _counts = counts;

    /// <summary>Nothing was seen.</summary>
    public static CountHistogram Empty { get; } = new(new long[Buckets]);

    /// <summary>How many numbers were seen.</summary>
    public long Total => _counts.Sum();

    /// <summary>How many numbers fell into a bucket.</summary>
    public long this[int bucket] => _counts[bucket];

    /// <summary>The smallest number of a bucket.</summary>
    public static long Least(int bucket) => bucket == 0 ? 0 : 1L << (bucket - 1);

    /// <summary>The bucket of a number.</summary>
    public static int BucketOf(long value) => value <= 0 ? 0 : Math.Min(Buckets - 1, 64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)value));

    /// <summary>A histogram from counts that came from elsewhere, as a record; missing buckets are empty, more than there are is an <see cref="ArgumentException"/>.</summary>
    public static CountHistogram Of(IReadOnlyList<long> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        if (counts.Count > Buckets)
        {
            throw new ArgumentException($"{counts.Count} buckets, where a histogram has {Buckets}", nameof(counts));
        }

        return new([.. counts, .. new long[Buckets - counts.Count]]);
    }

    /// <summary>What was seen since an earlier reading of the same histogram.</summary>
    public CountHistogram Since(CountHistogram earlier) => new([.. _counts.Select((count, bucket) => count - earlier._counts[bucket])]);

    /// <summary>Both together.</summary>
    public CountHistogram Plus(CountHistogram other) => new([.. _counts.Select((count, bucket) => count + other._counts[bucket])]);
}
