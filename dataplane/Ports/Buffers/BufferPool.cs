namespace IpsecDp.Ports.Buffers;

/// <summary>A bounded stock of buffers of one capacity, rented and returned by any thread without a lock and without allocating once they exist.</summary>
public sealed class BufferPool
{
    /// <summary>Capacity of a packet buffer: an Ethernet jumbo-free MTU with room for two tunnels.</summary>
    public const int PacketCapacity = 2048;

    /// <summary>Capacity of a superframe buffer: the largest IP packet.</summary>
    public const int SuperframeCapacity = 65536;

    private readonly PacketBuffer?[] _buffers;

    // Low half: slot + 1 of the first free buffer, 0 for none. High half: a tag that grows with each change, so that a
    // thread that slept between its read and its exchange cannot mistake a re-used head for the one it saw (ABA).
    private long _head;
    private int _created;
    private int _outstanding;

    /// <summary>A stock of at most <paramref name="limit"/> buffers, made when they are first wanted.</summary>
    public BufferPool(int capacity, int limit)
    {
        Capacity = capacity;
        _buffers = new PacketBuffer?[limit];
    }

    /// <summary>Largest packet a buffer of this stock holds.</summary>
    public int Capacity { get; }

    /// <summary>Buffers rented and not yet returned.</summary>
    public int Outstanding => Volatile.Read(ref _outstanding);

    internal long Head => Volatile.Read(ref _head);

    /// <summary>Gives an empty buffer, or null when all of them are out.</summary>
    public PacketBuffer? TryRent()
    {
        var buffer = Pop() ?? TryCreate();
        if (buffer is null)
        {
            return null;
        }

        buffer.Reset();
        buffer.IsRented = true;
        Interlocked.Increment(ref _outstanding);
        return buffer;
    }

    internal void Return(PacketBuffer buffer)
    {
        End(buffer);
        Push(buffer, buffer, 1);
    }

    /// <summary>Takes back the neighbours at the front, the first of which is this stock's, up to one that is not, and empties their slots; gives how many. They go as one chain, because the head's cache line may be on its way to another processor each time it is changed.</summary>
    internal int ReturnRun(Span<PacketBuffer?> slots)
    {
        var (first, last, run) = (slots[0]!, slots[0]!, 0);
        for (; run < slots.Length && slots[run] is { } buffer && buffer.Pool == this; run++)
        {
            buffer.LeaveMark();
            End(buffer);

            // The last one lies on top: it was touched last.
            buffer.NextFree = last.Slot + 1;
            last = buffer;
            slots[run] = null;
        }

        Push(first, last, run);
        return run;
    }

    // The two halves of taking the first free buffer: others may rent and return between them.
    internal int NextBehind(long head) => _buffers[SlotOf(head)]!.NextFree;

    internal PacketBuffer? TryPop(long head, int next) =>
        Interlocked.CompareExchange(ref _head, Tagged(head, next), head) == head ? _buffers[SlotOf(head)] : null;

    private static void End(PacketBuffer buffer)
    {
        if (!buffer.IsRented)
        {
            throw new InvalidOperationException("a packet buffer was returned twice");
        }

        buffer.IsRented = false;
    }

    // A chain that leads from the last to the first.
    private void Push(PacketBuffer first, PacketBuffer last, int count)
    {
        Interlocked.Add(ref _outstanding, -count);
        while (true)
        {
            var head = Head;
            first.NextFree = (int)(uint)head;
            if (Interlocked.CompareExchange(ref _head, Tagged(head, last.Slot + 1), head) == head)
            {
                return;
            }
        }
    }

    private PacketBuffer? Pop()
    {
        while (true)
        {
            var head = Head;
            if (SlotOf(head) < 0)
            {
                return null;
            }

            if (TryPop(head, NextBehind(head)) is { } buffer)
            {
                return buffer;
            }
        }
    }

    private PacketBuffer? TryCreate()
    {
        if (Volatile.Read(ref _created) >= _buffers.Length)
        {
            return null;
        }

        var slot = Interlocked.Increment(ref _created) - 1;
        if (slot >= _buffers.Length)
        {
            Interlocked.Decrement(ref _created);
            return null;
        }

        return _buffers[slot] = new PacketBuffer(this, slot, Capacity);
    }

    private static int SlotOf(long head) => (int)(uint)head - 1;

    private static long Tagged(long previous, int slot) => unchecked(((previous >> 32) + 1) << 32) | (uint)slot;
}
