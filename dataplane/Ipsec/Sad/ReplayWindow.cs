using System.Runtime.CompilerServices;

namespace IpsecDp.Ipsec.Sad;

/// <summary>The anti-replay window of RFC 4303 §3.4.3 with full 64-bit numbers; one writer at a time, readers may be a moment behind.</summary>
public sealed class ReplayWindow
{
    /// <summary>Smallest window that is not off (RFC 4303 §3.4.3).</summary>
    public const int MinimumSize = 32;

    /// <summary>Largest window.</summary>
    public const int MaximumSize = 65536;

    // Without a window the half-way point decides which high half a number has.
    private const uint HalfRange = 1u << 31;

    private readonly ulong[] _seen;
    private readonly ulong _mask;
    private readonly bool _isExtended;
    private ulong _highest;
    private long _lost;

    /// <summary>A window of <paramref name="size"/> packets, 0 for off; throws for any other size outside 32 to 65 536.</summary>
    public ReplayWindow(int size, bool isExtended, ulong highest = 0)
    {
        if (size != 0)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(size, MinimumSize);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(size, MaximumSize);
        }

        Size = size;
        _isExtended = isExtended;
        _highest = highest;
        var bits = size == 0 ? 0 : (int)Math.Max(64, System.Numerics.BitOperations.RoundUpToPowerOf2((uint)size));
        _seen = new ulong[bits / 64];
        _mask = (ulong)Math.Max(0, bits - 1);
        // Numbers up to a resumed highest count as seen: nothing says they were not.
        Array.Fill(_seen, highest == 0 ? 0 : ulong.MaxValue);
    }

    /// <summary>Packets it spans, 0 for off.</summary>
    public int Size { get; }

    /// <summary>The highest number accepted.</summary>
    public ulong Highest => Volatile.Read(ref _highest);

    /// <summary>Numbers that left the window without having been seen.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>The full number of a packet from its low half (RFC 4303 appendix A2.2); false for one that can only be before the first.</summary>
    public bool TryInfer(uint low, out ulong sequence)
    {
        sequence = low;
        if (!_isExtended)
        {
            return true;
        }

        var highest = Highest;
        var (high, highestLow) = ((uint)(highest >> 32), (uint)highest);
        var span = Size == 0 ? HalfRange : (uint)Size;
        var bottom = unchecked(highestLow - span + 1);
        if (highestLow >= span - 1)
        {
            // Case A: the window lies within one 2^32 stretch; a number below it belongs to the next.
            high = low >= bottom ? high : unchecked(high + 1);
            sequence = ((ulong)high << 32) | low;
            return high != 0 || highest >> 32 == 0;
        }

        // Case B: the window reaches back into the stretch before.
        if (low >= bottom)
        {
            if (high == 0)
            {
                return false;
            }

            high--;
        }

        sequence = ((ulong)high << 32) | low;
        return true;
    }

    /// <summary>The cheap look before the ICV is checked: false for a number that would be refused anyway.</summary>
    public bool MayAccept(ulong sequence)
    {
        if (Size == 0)
        {
            return true;
        }

        var highest = Highest;
        if (sequence > highest)
        {
            return true;
        }

        return sequence != 0 && highest - sequence < (ulong)Size && !IsSeen(sequence);
    }

    /// <summary>Whether a number is ahead of all that were seen and so near that <see cref="TryInfer"/> gives it for its low half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsNextStretch(ulong sequence) => sequence - Highest - 1 < HalfRange;

    /// <summary>Marks consecutive numbers of authentic packets as seen, the first of which follows the highest; false, and nothing is marked, when it does not.</summary>
    public bool TryAcceptRun(ulong first, int count)
    {
        if (first != _highest + 1)
        {
            return false;
        }

        var end = first + (ulong)count;
        // What is marked together lies in one word of the ring, and what leaves for it in one, too.
        for (var at = first; Size != 0 && at < end;)
        {
            var next = Math.Min(end, (at | 63) + 1);
            if ((Size & 63) == 0 && at > (ulong)Size)
            {
                AdvanceWithinWord(at, (int)(next - at));
            }
            else
            {
                next = at + 1;
                AdvanceByOne(at);
                Mark(at);
            }

            at = next;
        }

        Volatile.Write(ref _highest, end - 1);
        return true;
    }

    /// <summary>Marks the number of an authentic packet as seen; false when it was seen before or lies behind the window.</summary>
    public bool TryAccept(ulong sequence)
    {
        if (sequence > _highest)
        {
            if (Size != 0)
            {
                if (sequence - _highest == 1)
                {
                    AdvanceByOne(sequence);
                }
                else
                {
                    Advance(sequence);
                }

                Mark(sequence);
            }

            Volatile.Write(ref _highest, sequence);
            return true;
        }

        if (Size == 0)
        {
            return true;
        }

        if (sequence == 0 || _highest - sequence >= (ulong)Size || IsSeen(sequence))
        {
            return false;
        }

        Mark(sequence);
        return true;
    }

    // What arrives in order: one number leaves, and the bit that enters is marked at once.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AdvanceByOne(ulong sequence)
    {
        var size = (ulong)Size;
        if (sequence > size && !IsSeen(sequence - size))
        {
            Volatile.Write(ref _lost, _lost + 1);
        }
    }

    private void AdvanceWithinWord(ulong first, int count)
    {
        var bits = (ulong.MaxValue >> (64 - count)) << (int)(first & 63);
        var seen = Volatile.Read(ref _seen[((first - (ulong)Size) & _mask) >> 6]) & bits;
        Volatile.Write(ref _lost, _lost + count - System.Numerics.BitOperations.PopCount(seen));
        ref var entered = ref _seen[(first & _mask) >> 6];
        Volatile.Write(ref entered, entered | bits);
    }

    private void Advance(ulong sequence)
    {
        var size = (ulong)Size;
        var step = sequence - _highest;
        // The numbers that leave are those from the old bottom on, as many as the window moves.
        var leaving = Math.Min(step, size);
        var lost = step - leaving;
        for (var i = 0UL; i < leaving; i++)
        {
            // The number that entered size numbers after the one that leaves; before the first packet none has left.
            var entering = _highest + 1 + i;
            if (entering > size && !IsSeen(entering - size))
            {
                lost++;
            }
        }

        // Only after the count: a ring larger than the window keeps the leaving bits apart, one of equal size re-uses them.
        for (var i = 0UL; i < leaving; i++)
        {
            Clear(sequence - i);
        }

        Volatile.Write(ref _lost, _lost + (long)lost);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsSeen(ulong sequence) => (Volatile.Read(ref _seen[(sequence & _mask) >> 6]) >> (int)(sequence & 63) & 1) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Mark(ulong sequence) => Volatile.Write(ref _seen[(sequence & _mask) >> 6], _seen[(sequence & _mask) >> 6] | (1UL << (int)(sequence & 63)));

    private void Clear(ulong sequence) => Volatile.Write(ref _seen[(sequence & _mask) >> 6], _seen[(sequence & _mask) >> 6] & ~(1UL << (int)(sequence & 63)));
}
