using System.Diagnostics.CodeAnalysis;

namespace IpsecDp.Bench.Engines;

/// <summary>A ring for one writer and one reader, as the least a queue between two threads can cost; each keeps its place on a cache line of its own and looks at the other's only when it must.</summary>
internal sealed class SpscRing<T>(int capacity)
    where T : class
{
    private const int Line = 16;

    private readonly T?[] _slots = new T?[capacity];

    // Writer's place, writer's view of the reader; a line further the reader's.
    private readonly long[] _places = new long[4 * Line];

    private ref long Written => ref _places[Line];

    private ref long SeenRead => ref _places[Line + 1];

    private ref long Read => ref _places[2 * Line];

    private ref long SeenWritten => ref _places[(2 * Line) + 1];

    /// <summary>Writer's side; false when full.</summary>
    public bool TryWrite(T item)
    {
        if (Written - SeenRead == _slots.Length)
        {
            SeenRead = Volatile.Read(ref Read);
            if (Written - SeenRead == _slots.Length)
            {
                return false;
            }
        }

        _slots[(int)(Written % _slots.Length)] = item;
        Volatile.Write(ref Written, Written + 1);
        return true;
    }

    /// <summary>Reader's side; false when empty.</summary>
    public bool TryRead([NotNullWhen(true)] out T? item)
    {
        item = null;
        if (Read == SeenWritten)
        {
            SeenWritten = Volatile.Read(ref Written);
            if (Read == SeenWritten)
            {
                return false;
            }
        }

        item = _slots[(int)(Read % _slots.Length)]!;
        Volatile.Write(ref Read, Read + 1);
        return true;
    }
}
