using System.Diagnostics.CodeAnalysis;

namespace IpsecDp.Bench.Engines;

/// <summary>A ring for any number of writers and readers without a lock: each slot carries the turn it is in (Vyukov's bounded queue).</summary>
internal sealed class MpmcRing<T>
    where T : class
{
    private const int Line = 16;

    private readonly Slot[] _slots;
    private readonly long[] _places = new long[3 * Line];

    /// <summary>A ring of <paramref name="capacity"/> slots.</summary>
    public MpmcRing(int capacity)
    {
        _slots = new Slot[capacity];
        for (var at = 0; at < capacity; at++)
        {
            _slots[at].Turn = at;
        }
    }

    private ref long Written => ref _places[Line];

    private ref long Read => ref _places[2 * Line];

    /// <summary>False when full.</summary>
    public bool TryWrite(T item)
    {
        while (true)
        {
            var place = Volatile.Read(ref Written);
            ref var slot = ref _slots[(int)(place % _slots.Length)];
            var ahead = Volatile.Read(ref slot.Turn) - place;
            if (ahead < 0)
            {
                return false;
            }

            if (ahead == 0 && Interlocked.CompareExchange(ref Written, place + 1, place) == place)
            {
                slot.Item = item;
                Volatile.Write(ref slot.Turn, place + 1);
                return true;
            }
        }
    }

    /// <summary>False when empty.</summary>
    public bool TryRead([NotNullWhen(true)] out T? item)
    {
        item = null;
        while (true)
        {
            var place = Volatile.Read(ref Read);
            ref var slot = ref _slots[(int)(place % _slots.Length)];
            var ahead = Volatile.Read(ref slot.Turn) - (place + 1);
            if (ahead < 0)
            {
                return false;
            }

            if (ahead == 0 && Interlocked.CompareExchange(ref Read, place + 1, place) == place)
            {
                item = slot.Item!;
                slot.Item = null;
                Volatile.Write(ref slot.Turn, place + _slots.Length);
                return true;
            }
        }
    }

    private struct Slot
    {
        public long Turn;
        public T? Item;
    }
}
