namespace IpsecDp.Adapters;

/// <summary>Whether packets come one by one, some milliseconds apart. Then a look for another is in vain, and it is a call between a packet and its answer: the port waits at once, which ends at once where another came after all.</summary>
internal struct LonePackets
{
    // So many in a row, and the next is taken for one too.
    private const int Enough = 8;

    private int _inARow;
    private long _latest;

    /// <summary>Whether they do.</summary>
    public readonly bool AreExpected => _inARow >= Enough;

    /// <summary>Counts what a receive brought at a time, in milliseconds of the system's tick count.</summary>
    public void Count(int packets, long now)
    {
        _inARow = packets == 1 && now != _latest ? Math.Min(_inARow + 1, Enough) : 0;
        _latest = now;
    }
}
