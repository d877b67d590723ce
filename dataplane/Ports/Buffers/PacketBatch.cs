namespace IpsecDp.Ports.Buffers;

/// <summary>Up to <see cref="Capacity"/> buffers owned together; what is still in it goes back to the pools with <see cref="Clear"/>.</summary>
public sealed class PacketBatch(int capacity = PacketBatch.DefaultCapacity) : IDisposable
{
    /// <summary>The batch the ports fill.</summary>
    public const int DefaultCapacity = 64;

    /// <summary>Most routine packets in a batch of a port that keeps IP precedences apart: a marked packet waits for such a batch at every place of its way, and below that jobs cost more than they spare it.</summary>
    public const int MostRoutine = DefaultCapacity / 2;

    /// <summary>Octets of routine packets after which a real port that keeps marked ones apart closes a batch, for the same reason: four of the largest superframes. Of single packets it takes all that fit, for those sent on together cost less.</summary>
    public const int MostRoutineOctets = 256 * 1024;

    private readonly PacketBuffer?[] _buffers = new PacketBuffer?[capacity];

    /// <summary>Most buffers it holds.</summary>
    public int Capacity => _buffers.Length;

    /// <summary>Slots in use, taken ones included.</summary>
    public int Count { get; private set; }

    /// <summary>Whether another buffer fits.</summary>
    public bool IsFull => Count == _buffers.Length;

    /// <summary>Whether it is as much as a real port gives at once, so that more may wait behind it.</summary>
    public bool MayHaveMoreBehind
    {
        get
        {
            var octets = 0;
            for (var at = 0; at < Count && !IsFull && octets < MostRoutineOctets; at++)
            {
                octets += _buffers[at]?.Length ?? 0;
            }

            return IsFull || octets >= MostRoutineOctets;
        }
    }

    /// <summary>The buffer in slot <paramref name="index"/>, or null once it was taken.</summary>
    public PacketBuffer? this[int index] => _buffers[index];

    /// <summary>The slots in use, taken ones being null; good until the batch changes.</summary>
    public ReadOnlySpan<PacketBuffer?> Slots => _buffers.AsSpan(0, Count);

    /// <summary>Adds a buffer, which the batch owns from here on.</summary>
    public void Add(PacketBuffer buffer) => _buffers[Count++] = buffer;

    /// <summary>Adds buffers, none of them taken; the batch owns them from here on.</summary>
    public void AddRun(ReadOnlySpan<PacketBuffer?> buffers)
    {
        buffers.CopyTo(_buffers.AsSpan(Count));
        Count += buffers.Length;
    }

    /// <summary>Adds empty buffers of a stock, at most so many and as fit; gives how many.</summary>
    public int Rent(BufferPool pool, int most)
    {
        var count = pool.RentRun(_buffers.AsSpan(Count, Math.Min(most, Capacity - Count)));
        Count += count;
        return count;
    }

    /// <summary>Fetches what lies in another processor's cache: first of all buffers their fields, then of all packets their fronts. One after another each would be waited for; so they come side by side.</summary>
    public void Fetch()
    {
        foreach (var buffer in Slots)
        {
            buffer?.FetchFields();
        }

        foreach (var buffer in Slots)
        {
            buffer?.FetchFront();
        }
    }

    /// <summary>Puts a buffer into a slot whose own was taken.</summary>
    public void Put(int index, PacketBuffer buffer) => _buffers[index] = buffer;

    /// <summary>Leaves only the first <paramref name="count"/> slots; those behind were taken.</summary>
    public void Shorten(int count) => Count = count;

    /// <summary>Moves the buffer of a slot to the caller; null when it was taken before.</summary>
    public PacketBuffer? Take(int index)
    {
        var buffer = _buffers[index];
        _buffers[index] = null;
        return buffer;
    }

    /// <summary>Moves the buffers of another batch's neighbouring slots, none of them taken, behind its own.</summary>
    public void TakeRun(PacketBatch from, int index, int count)
    {
        from.TakeRun(index, _buffers.AsSpan(Count, count));
        Count += count;
    }

    /// <summary>Moves the buffers of neighbouring slots, none of them taken, to places of the caller's, which own them from here on.</summary>
    public void TakeRun(int index, Span<PacketBuffer?> places)
    {
        var slots = _buffers.AsSpan(index, places.Length);
        slots.CopyTo(places);
        slots.Clear();
    }

    /// <summary>Gives every buffer that was not taken back to its pool and empties the batch.</summary>
    public void Clear()
    {
        for (var i = 0; i < Count;)
        {
            // Mostly all were taken, and then there is nothing to write.
            i += _buffers[i] is { } buffer ? buffer.Pool.ReturnRun(_buffers.AsSpan(i, Count - i)) : 1;
        }

        Count = 0;
    }

    /// <inheritdoc cref="Clear"/>
    public void Dispose() => Clear();
}
