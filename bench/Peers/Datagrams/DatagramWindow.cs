namespace IpsecDp.Peers.Datagrams;

/// <summary>Which numbers have come, over the latest million of them; an older one counts as come.</summary>
internal sealed class DatagramWindow
{
    private const int Span = 1 << 20;
    private const int BitsPerWord = 64;

    private readonly ulong[] _words = new ulong[Span / BitsPerWord];
    private long _next;

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        Array.Clear(_words);
        _next = 0;
    }

    /// <summary>Whether the number is new; it is not from now on.</summary>
    public bool TryTake(long number)
    {
        if (number < 0 || number < _next - Span)
        {
            return false;
        }

        // The window moves bit by bit, because what it moves over stood for numbers long past.
        for (; _next <= number; _next++)
        {
            _words[_next % Span / BitsPerWord] &= ~(1UL << (int)(_next % BitsPerWord));
        }

        ref var word = ref _words[number % Span / BitsPerWord];
        var bit = 1UL << (int)(number % BitsPerWord);
        var isNew = (word & bit) == 0;
        word |= bit;
        return isNew;
    }
}
