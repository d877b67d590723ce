namespace IpsecDp.Ports.Buffers;

/// <summary>A bounded stock of buffers of one capacity, rented and returned by any thread, singly or in runs, without a lock and without allocating once they exist.</summary>
/// <remarks>Who takes a buffer that another processor gave back finds it in that one's cache. A run therefore goes through a magazine and not by links in the buffers: its buffers are known at once, and what has to be fetched is fetched side by side.</remarks>
public sealed class BufferPool
{
    /// <summary>Capacity of a packet buffer: an Ethernet jumbo-free MTU with room for two tunnels.</summary>
    public const int PacketCapacity = 2048;

    /// <summary>Capacity of a superframe buffer: the largest IP packet.</summary>
    public const int SuperframeCapacity = 65536;

    // A shorter one goes as a chain: magazines of a few would use them up.
    private const int ShortestRun = 8;

    // Four times what full ones would take; when all are loaded, runs go as chains.
    private const int BuffersAMagazine = Magazine.Capacity / 4;

    private readonly PacketBuffer?[] _buffers;
    private readonly SlotStack _loose;
    private readonly MagazineStack _runs;
    private int _created;

    /// <summary>A stock of at most <paramref name="limit"/> buffers, made when they are first wanted.</summary>
    public BufferPool(int capacity, int limit)
    {
        Capacity = capacity;
        _buffers = new PacketBuffer?[limit];
        _loose = new SlotStack(limit);
        _runs = new MagazineStack(limit / BuffersAMagazine);
    }

    /// <summary>Largest packet a buffer of this stock holds.</summary>
    public int Capacity { get; }

    /// <summary>Buffers rented and not yet returned; counted when asked for, because a count that every thread keeps would be fetched for every run.</summary>
    public int Outstanding
    {
        get
        {
            var rented = 0;
            foreach (var buffer in _buffers)
            {
                rented += buffer is { IsRented: true } ? 1 : 0;
            }

            return rented;
        }
    }

    /// <summary>Gives an empty buffer, or null when all of them are out.</summary>
    public PacketBuffer? TryRent()
    {
        if (!TryTakeLoose(out var buffer) && _runs.Take(new Span<PacketBuffer?>(ref buffer)) == 0)
        {
            buffer = TryCreate();
        }

        buffer?.Begin();
        return buffer;
    }

    /// <summary>Gives empty buffers, as many as there are places or, when more are out, as are there; gives how many.</summary>
    public int RentRun(Span<PacketBuffer?> places)
    {
        var count = 0;
        for (var taken = -1; count < places.Length && taken != 0; count += taken)
        {
            taken = _runs.Take(places[count..]);
        }

        while (count < places.Length && (TryTakeLoose(out var buffer) || (buffer = TryCreate()) is not null))
        {
            places[count++] = buffer;
        }

        places[count..].Clear();
        foreach (var buffer in places[..count])
        {
            buffer!.Begin();
        }

        return count;
    }

    internal void Return(PacketBuffer buffer)
    {
        buffer.End();
        _loose.Push(buffer.Slot);
    }

    /// <summary>Takes back the neighbours at the front, the first of which is this stock's, up to one that is not, and empties their slots; gives how many.</summary>
    internal int ReturnRun(Span<PacketBuffer?> slots)
    {
        var most = Math.Min(slots.Length, Magazine.Capacity);
        var run = 0;
        for (; run < most && slots[run] is { } buffer && buffer.Pool == this; run++)
        {
            buffer.LeaveMark();
            buffer.End();
        }

        var returned = slots[..run];
        if (run < ShortestRun || !_runs.TryPut(returned))
        {
            PutChain(returned);
        }

        returned.Clear();
        return run;
    }

    // The last one lies on top: it was touched last.
    private void PutChain(ReadOnlySpan<PacketBuffer?> run)
    {
        for (var i = 1; i < run.Length; i++)
        {
            _loose.Link(run[i]!.Slot, run[i - 1]!.Slot);
        }

        _loose.Push(run[^1]!.Slot, run[0]!.Slot);
    }

    private bool TryTakeLoose(out PacketBuffer? buffer)
    {
        buffer = _loose.TryPop(out var slot) ? _buffers[slot] : null;
        return buffer is not null;
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
}
