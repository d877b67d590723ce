namespace IpsecDp.Workloads.Flows;

/// <summary>Which of the latest 8192 sequence numbers of a flow have arrived.</summary>
internal sealed class SequenceWindow
{
    private const int Size = 8192;

    private readonly ulong[] _seen = new ulong[Size / 64];
    private long _highest = -1;

    /// <summary>The whole number nearest to the highest that ends in the given low bits.</summary>
    public long Extend(uint low, int bits)
    {
        var unused = 32 - bits;
        var distance = (int)((low - (uint)_highest) << unused) >> unused;
        var number = _highest + distance;
        return number < 0 ? low : number;
    }

    /// <summary>Takes a number in and tells how it came; one older than the window counts as a duplicate, so that delivered never exceeds offered.</summary>
    public ArrivalVerdict Accept(long sequence)
    {
        if (sequence > _highest)
        {
            Forget(sequence);
            _highest = sequence;
            Mark(sequence);
            return ArrivalVerdict.Delivered;
        }

        if (sequence <= _highest - Size || IsMarked(sequence))
        {
            return ArrivalVerdict.Duplicate;
        }

        Mark(sequence);
        return ArrivalVerdict.Reordered;
    }

    private void Forget(long upTo)
    {
        if (upTo - _highest >= Size)
        {
            Array.Clear(_seen);
            return;
        }

        for (var number = _highest + 1; number <= upTo; number++)
        {
            _seen[(number & (Size - 1)) >> 6] &= ~(1UL << (int)(number & 63));
        }
    }

    private void Mark(long number) => _seen[(number & (Size - 1)) >> 6] |= 1UL << (int)(number & 63);

    private bool IsMarked(long number) => (_seen[(number & (Size - 1)) >> 6] & (1UL << (int)(number & 63))) != 0;
}
