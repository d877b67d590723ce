namespace IpsecDp.Ipsec.Accounting;

/// <summary>One counter per reason, written by any thread.</summary>
public sealed class DropCounters
{
    private readonly long[] _counts = new long[DropReasons.Count];

    /// <summary>Packets dropped for a reason.</summary>
    public long this[DropReason reason] => Volatile.Read(ref _counts[(int)reason]);

    /// <summary>Counts one packet.</summary>
    public void Count(DropReason reason) => Interlocked.Increment(ref _counts[(int)reason]);

    /// <summary>Counts several packets.</summary>
    public void Count(DropReason reason, int packets) => Interlocked.Add(ref _counts[(int)reason], packets);

    /// <summary>The reasons that happened, with their counts.</summary>
    public IReadOnlyDictionary<DropReason, long> ToDictionary() =>
        Enum.GetValues<DropReason>().Where(reason => this[reason] > 0).ToDictionary(reason => reason, reason => this[reason]);
}
