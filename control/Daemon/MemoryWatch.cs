namespace IpsecDp.Daemon;

/// <summary>Measures what is allocated a packet from the moment the line is warm; looking costs no allocation.</summary>
internal sealed class MemoryWatch(Func<long> packets)
{
    // By the first every kind of job, turn and thread of the line has been made once; by the second as many as run at once.
    private static readonly long[] Marks = [20_000, 200_000];

    private int _marks;
    private long _packetsAtMark = -1;
    private long _allocatedAtMark;
    private int _collectionsAtMark;

    /// <summary>Sets the mark when enough packets have passed; to be called now and then.</summary>
    public void Look()
    {
        var passed = packets();
        while (_marks < Marks.Length && passed >= Marks[_marks])
        {
            _marks++;
            (_packetsAtMark, _allocatedAtMark, _collectionsAtMark) = (passed, GC.GetTotalAllocatedBytes(precise: true), GC.CollectionCount(0));
        }
    }

    /// <summary>What was used since the mark; of no packets when the line never got warm.</summary>
    public MemoryUse Read() => _packetsAtMark < 0
        ? default
        : new MemoryUse(packets() - _packetsAtMark, GC.GetTotalAllocatedBytes(precise: true) - _allocatedAtMark, GC.CollectionCount(0) - _collectionsAtMark);
}
