using System.Numerics;

namespace IpsecDp.Workloads.Accounting;

/// <summary>Durations in nanoseconds counted in fixed log-linear buckets, 128 per octave, so that a bucket is at most 1/128 of its value wide; written by one thread.</summary>
public sealed class LatencyHistogram
{
    private const int BucketBits = 7;
    private const int BucketsPerOctave = 1 << BucketBits;

    // 2^42 ns is over an hour; what lasts longer is counted there.
    private const int HighestBit = 42;

    private readonly long[] _buckets = new long[(HighestBit - BucketBits + 2) * BucketsPerOctave];

    /// <summary>Durations recorded.</summary>
    public long Count { get; private set; }

    /// <summary>The longest recorded, exact.</summary>
    public long Maximum { get; private set; }

    /// <summary>Counts a duration; a negative one (two clocks) counts as 0.</summary>
    public void Record(long nanoseconds)
    {
        var value = Math.Max(0, nanoseconds);
        Maximum = Math.Max(Maximum, value);
        Count++;
        _buckets[IndexOf(value)]++;
    }

    /// <summary>Adds what another histogram counted.</summary>
    public void Add(LatencyHistogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (var at = 0; at < _buckets.Length; at++)
        {
            _buckets[at] += other._buckets[at];
        }

        Count += other.Count;
        Maximum = Math.Max(Maximum, other.Maximum);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_buckets);
        (Count, Maximum) = (0, 0);
    }

    /// <summary>The duration in nanoseconds that <paramref name="share"/> (0 to 1) of those recorded do not exceed, to within 1 %; 0 when none was recorded.</summary>
    public long Percentile(double share)
    {
        var rank = Math.Clamp((long)Math.Ceiling(share * Count), 1, Math.Max(1, Count));
        var passed = 0L;
        for (var at = 0; at < _buckets.Length; at++)
        {
            passed += _buckets[at];
            if (passed >= rank)
            {
                return Math.Min(Middle(at), Maximum);
            }
        }

        return Maximum;
    }

    /// <summary>The usual percentiles in microseconds.</summary>
    public LatencySummary Summarise() => new(Count, Percentile(0.5) / 1000.0, Percentile(0.99) / 1000.0, Percentile(0.999) / 1000.0, Maximum / 1000.0);

    private static int IndexOf(long value)
    {
        if (value < BucketsPerOctave)
        {
            return (int)value;
        }

        value = Math.Min(value, (1L << (HighestBit + 1)) - 1);
        var shift = BitOperations.Log2((ulong)value) - BucketBits;
        return ((shift + 1) << BucketBits) + (int)(value >> shift) - BucketsPerOctave;
    }

    private static long Middle(int index)
    {
        if (index < BucketsPerOctave)
        {
            return index;
        }

        var shift = (index >> BucketBits) - 1;
        var lowest = (long)((index & (BucketsPerOctave - 1)) + BucketsPerOctave) << shift;
        return lowest + ((1L << shift) >> 1);
    }
}
