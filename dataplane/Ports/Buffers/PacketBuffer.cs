using System.Runtime.CompilerServices;

namespace IpsecDp.Ports.Buffers;

/// <summary>One packet or superframe in pinned memory with room before and behind it, so that headers, padding and ICV are written in place; it has one owner at a time.</summary>
public sealed class PacketBuffer
{
    /// <summary>Octets free before a packet as a port delivers it: outer IPv6, UDP, ESP and IV, and AH, twice over.</summary>
    public const int Headroom = 192;

    /// <summary>Octets free behind a packet as a port delivers it: padding up to 255, pad length, next header, ICV, and a vector's slack.</summary>
    public const int Tailroom = 352;

    private readonly byte[] _memory;
    private ProtectionTrail _trail;
    private bool _isRented;

    internal PacketBuffer(BufferPool pool, int slot, int capacity)
    {
        Pool = pool;
        Slot = slot;
        // Pinned: the kernel and the vector code keep addresses into it.
        _memory = GC.AllocateUninitializedArray<byte>(Headroom + capacity + Tailroom, pinned: true);
        Reset();
    }

    /// <summary>The whole memory, headroom and tailroom included.</summary>
    public byte[] Memory => _memory;

    /// <summary>Where the packet starts in <see cref="Memory"/>.</summary>
    public int Offset { get; private set; }

    /// <summary>Octets of the packet.</summary>
    public int Length { get; private set; }

    /// <summary>The packet's octets, to read and to write.</summary>
    public Span<byte> Packet { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => Memory.AsSpan(Offset, Length); }

    /// <summary>Largest packet that fits behind a full headroom.</summary>
    public int Capacity { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => Memory.Length - Headroom - Tailroom; }

    /// <summary>Octets that <see cref="Prepend"/> may still give.</summary>
    public int RoomBefore => Offset;

    /// <summary>Octets that <see cref="Append"/> may still give.</summary>
    public int RoomBehind { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => Memory.Length - Offset - Length; }

    /// <summary>How a superframe divides; <see cref="Segmentation.None"/> for one packet.</summary>
    public Segmentation Segments { get; set; }

    /// <summary>The SAs that opened this packet on its way in; a place, so that a layer is added without copying the others.</summary>
    public ref ProtectionTrail Trail => ref _trail;

    /// <summary>Stopwatch time stamp of arrival, 0 where the port takes none.</summary>
    public long ArrivedAt { get; set; }

    /// <summary>A mark of the port that made the packet (an NFQUEUE id, a capture address); it comes back with the packet.</summary>
    public long PortMark { get; set; }

    /// <summary>Who has to answer for <see cref="PortMark"/>; null where nobody waits for an answer.</summary>
    public IMarkOwner? MarkOwner { get; private set; }

    internal BufferPool Pool { get; }

    internal int Slot { get; }

    internal bool IsRented { get => Volatile.Read(ref _isRented); private set => _isRented = value; }

    /// <summary>Sets the packet to <paramref name="length"/> octets behind a full headroom; the octets are whatever they were.</summary>
    public Span<byte> SetLength(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Capacity);
        Offset = Headroom;
        Length = length;
        return Packet;
    }

    /// <summary>Makes the packet what lies at a place of <see cref="Memory"/>.</summary>
    public void SetWindow(int offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + length, Memory.Length);
        Offset = offset;
        Length = length;
    }

    /// <summary>Grows the packet by <paramref name="count"/> octets at its front and returns them; the caller has looked at <see cref="RoomBefore"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Prepend(int count)
    {
        Offset -= count;
        Length += count;
        return Memory.AsSpan(Offset, count);
    }

    /// <summary>Grows the packet by <paramref name="count"/> octets at its end and returns them; the caller has looked at <see cref="RoomBehind"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Append(int count)
    {
        Length += count;
        return Memory.AsSpan(Offset + Length - count, count);
    }

    /// <summary>Grows the packet at both ends and returns all of it; the caller has looked at <see cref="RoomBefore"/> and <see cref="RoomBehind"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Grow(int before, int behind)
    {
        Offset -= before;
        Length += before + behind;
        return Memory.AsSpan(Offset, Length);
    }

    /// <summary>Drops <paramref name="count"/> octets at the packet's front.</summary>
    public void TrimStart(int count)
    {
        Offset += count;
        Length -= count;
    }

    /// <summary>Drops octets at the packet's end so that <paramref name="length"/> stay.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void TrimTo(int length)
    {
        // Mostly it is that long, and a write would take the cache line from the processor that writes next.
        if (Length != length)
        {
            Length = length;
        }
    }

    /// <summary>Lends the buffer a mark that has to be answered before, or is forsaken when, the buffer goes back.</summary>
    public void Lend(IMarkOwner owner, long mark) => (MarkOwner, PortMark) = (owner, mark);

    /// <summary>Takes the mark off: the caller answers for it.</summary>
    public long TakeMark()
    {
        var mark = PortMark;
        (MarkOwner, PortMark) = (null, 0);
        return mark;
    }

    /// <summary>Gives the buffer back to its pool; the owner does this once and forgets it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Return()
    {
        LeaveMark();
        Pool.Return(this);
    }

    // For their cache lines alone, which is no reason to leave out a volatile read: the first field and one near the last.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void FetchFields()
    {
        _ = Volatile.Read(in _memory);
        _trail.Fetch();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void FetchFront()
    {
        if ((uint)Offset < (uint)_memory.Length)
        {
            _ = Volatile.Read(in _memory[Offset]);
        }
    }

    internal void Begin()
    {
        Reset();
        IsRented = true;
    }

    internal void End()
    {
        if (!IsRented)
        {
            throw new InvalidOperationException("a packet buffer was returned twice");
        }

        IsRented = false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void LeaveMark()
    {
        if (MarkOwner is not null)
        {
            ForsakeMark();
        }
    }

    // For ports that hand on the sender's buffer: the receiver finds it as if the packet had been read into it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Renew(bool restoresRoom)
    {
        Trail = default;
        LeaveMark();
        PortMark = 0;
        if (restoresRoom && (RoomBefore < Headroom || RoomBehind < Tailroom))
        {
            RestoreRoom();
        }
    }

    private void ForsakeMark()
    {
        var owner = MarkOwner!;
        owner.Forsake(TakeMark());
    }

    private void RestoreRoom()
    {
        Packet.CopyTo(Memory.AsSpan(Headroom));
        Offset = Headroom;
    }

    private void Reset()
    {
        Offset = Headroom;
        Length = 0;
        Segments = Segmentation.None;
        Trail = default;
        ArrivedAt = 0;
        PortMark = 0;
    }
}
