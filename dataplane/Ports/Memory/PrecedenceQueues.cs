using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace IpsecDp.Ports.Memory;

/// <summary>What waits in one direction, oldest first: in one queue, or in one with room of its own for each IP precedence, so that a flood of one neither fills nor delays the queue of a higher one. Its owner locks.</summary>
internal sealed class PrecedenceQueues<T>
{
    /// <summary>How many precedences there are (RFC 791 §3.1; as class selectors RFC 2474 §4.2.2).</summary>
    public const int Precedences = 8;

    private readonly Ring[] _rings;
    private int _occupied;
    private int _count;

    /// <summary>Queues of so many places each, or one of them.</summary>
    public PrecedenceQueues(int length, bool isDivided)
    {
        Length = length;
        _rings = [.. Enumerable.Range(0, isDivided ? Precedences : 1).Select(_ => new Ring(length))];
    }

    /// <summary>Places of each queue.</summary>
    public int Length { get; }

    /// <summary>What waits altogether.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The highest precedence of what waits, -1 when nothing does; without a lock too, as of a moment.</summary>
    public int Highest => Volatile.Read(ref _occupied) is > 0 and var occupied ? BitOperations.Log2((uint)occupied) : -1;

    /// <summary>Whether each precedence has a queue.</summary>
    public bool IsDivided => _rings.Length > 1;

    /// <summary>Adds an item at the end of its precedence's queue; false when that is full.</summary>
    public bool TryPut(int precedence, T item)
    {
        var place = IsDivided ? precedence : 0;
        if (!_rings[place].TryPut(item))
        {
            return false;
        }

        Volatile.Write(ref _occupied, _occupied | (1 << place));
        Volatile.Write(ref _count, _count + 1);
        return true;
    }

    /// <summary>Takes the oldest item of the highest precedence; false when nothing waits, or with <paramref name="isMarkedOnly"/> nothing above the lowest.</summary>
    public bool TryTake(bool isMarkedOnly, [MaybeNullWhen(false)] out T item)
    {
        var highest = Highest;
        if (highest < 0 || (isMarkedOnly && highest == 0))
        {
            item = default;
            return false;
        }

        if (_rings[highest].Take(out item))
        {
            Volatile.Write(ref _occupied, _occupied & ~(1 << highest));
        }

        Volatile.Write(ref _count, _count - 1);
        return true;
    }

    private sealed class Ring(int length)
    {
        private readonly T?[] _items = new T?[length];
        private int _head;
        private int _count;

        public bool TryPut(T item)
        {
            if (_count == _items.Length)
            {
                return false;
            }

            var tail = _head + _count++;
            _items[tail < _items.Length ? tail : tail - _items.Length] = item;
            return true;
        }

        // True when it was the last.
        public bool Take(out T item)
        {
            item = _items[_head]!;
            _items[_head] = default;
            _head = _head + 1 < _items.Length ? _head + 1 : 0;
            return --_count == 0;
        }
    }
}
