using System.Diagnostics.CodeAnalysis;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ports.Memory;

/// <summary>Buffers that wait, oldest first, in so many places; its owner locks.</summary>
internal sealed class PacketRing(int length)
{
    private readonly PacketBuffer?[] _places = new PacketBuffer?[length];
    private int _head;

    /// <summary>Buffers that wait.</summary>
    public int Count { get; private set; }

    /// <summary>Free places.</summary>
    public int Room => _places.Length - Count;

    /// <summary>Moves neighbouring slots of a batch, none of them taken, to the end; there is room for them.</summary>
    public void Put(PacketBatch batch, int index, int run)
    {
        // A run is moved whole, in two pieces where the ring ends within it.
        var tail = Wrapped(_head + Count);
        var beforeEnd = Math.Min(run, _places.Length - tail);
        batch.TakeRun(index, _places.AsSpan(tail, beforeEnd));
        batch.TakeRun(index + beforeEnd, _places.AsSpan(0, run - beforeEnd));
        Count += run;
    }

    /// <summary>Moves the oldest, at most so many, into a batch that has room for them.</summary>
    public void Take(PacketBatch batch, int most)
    {
        var run = Math.Min(most, Count);
        var beforeEnd = Math.Min(run, _places.Length - _head);
        TakeRun(batch, beforeEnd);
        TakeRun(batch, run - beforeEnd);
    }

    /// <summary>Takes the oldest; false when none waits.</summary>
    public bool TryTake([NotNullWhen(true)] out PacketBuffer? packet)
    {
        packet = _places[_head];
        if (packet is null)
        {
            return false;
        }

        _places[_head] = null;
        _head = Wrapped(_head + 1);
        Count--;
        return true;
    }

    private void TakeRun(PacketBatch batch, int run)
    {
        var places = _places.AsSpan(_head, run);
        batch.AddRun(places);
        places.Clear();
        _head = Wrapped(_head + run);
        Count -= run;
    }

    private int Wrapped(int at) => at < _places.Length ? at : at - _places.Length;
}
