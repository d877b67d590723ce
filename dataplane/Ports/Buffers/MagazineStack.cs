namespace IpsecDp.Ports.Buffers;

/// <summary>Loaded magazines on a stack without a lock, the latest on top (after J. Bonwick and J. Adams, Magazines and Vmem, 2001, without their cache a processor): a run of buffers costs two exchanges and the cache lines of its places, however many buffers it has.</summary>
internal sealed class MagazineStack
{
    private const int LeftShift = 24;
    private const int IndexMask = (1 << LeftShift) - 1;

    private readonly Magazine[] _magazines;
    private readonly SlotStack _empty;

    // Low half, the top: how many buffers are left in the top magazine above its number + 1, 0 for none. High half: a tag
    // that grows with each change (ABA). What is left is part of the word, so that a few are taken without taking the rest
    // out of others' sight.
    private LineOfItsOwn _head;

    /// <summary>A stack of so many magazines, all of them empty.</summary>
    public MagazineStack(int magazines)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(magazines, IndexMask);
        _magazines = new Magazine[magazines];
        _empty = new SlotStack(magazines);
        for (var index = 0; index < magazines; index++)
        {
            _magazines[index] = new Magazine();
            _empty.Push(index);
        }
    }

    /// <summary>Puts a run on top, at most what a magazine holds; false when no magazine is empty.</summary>
    public bool TryPut(ReadOnlySpan<PacketBuffer?> run)
    {
        if (!_empty.TryPop(out var index))
        {
            return false;
        }

        var magazine = _magazines[index];
        run.CopyTo(magazine.Places);
        long head;
        do
        {
            head = Volatile.Read(ref _head.Word);
            magazine.Below = (int)head;
        }
        while (!TryExchange(head, (run.Length << LeftShift) | (index + 1)));
        return true;
    }

    /// <summary>Takes the latest, as many as there are places but of one magazine only; 0 when there is none. Places behind those may have been written to.</summary>
    public int Take(Span<PacketBuffer?> places)
    {
        while (true)
        {
            var head = Volatile.Read(ref _head.Word);
            var (left, index) = ((int)head >> LeftShift, ((int)head & IndexMask) - 1);
            if (index < 0)
            {
                return 0;
            }

            // Copied before the exchange: after it another may empty the magazine and load it anew.
            var magazine = _magazines[index];
            var count = Math.Min(left, places.Length);
            magazine.Places.Slice(left - count, count).CopyTo(places);
            var isLast = count == left;
            if (!TryExchange(head, isLast ? magazine.Below : (int)head - (count << LeftShift)))
            {
                continue;
            }

            if (isLast)
            {
                _empty.Push(index);
            }

            return count;
        }
    }

    private bool TryExchange(long head, int top) =>
        Interlocked.CompareExchange(ref _head.Word, unchecked(((head >> 32) + 1) << 32) | (uint)top, head) == head;
}
