using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Block = System.Runtime.Intrinsics.Vector128<byte>;
using Element = System.Runtime.Intrinsics.Vector128<ulong>;
using Pair = System.Runtime.Intrinsics.Vector256<ulong>;

namespace IpsecDp.Crypto.Simd.Gcm;

/// <summary>GHASH of two blocks at a time: a pair has the earlier block in its lower half and is multiplied by two neighbouring powers.</summary>
/// <remarks>Sums of products stay unreduced in three accumulators (low, middle, high) until <see cref="Reduce"/>; each half of them is a sum of its own.</remarks>
internal static unsafe class GhashLanes
{
    /// <summary>A pair of blocks of text, octets reversed; the copy of the shuffle differs between uses that stand close to each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair Load(byte* text, byte* key, int copy = 0) =>
        Avx2.Shuffle(*(Vector256<byte>*)text, *(Vector256<byte>*)(key + GcmKeyBlock.Reversal + 32 * copy)).AsUInt64();

    /// <summary>A pair from two registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair Join(Block even, Block odd, byte* key) =>
        Avx2.Shuffle(Vector256.Create(even, odd), *(Vector256<byte>*)(key + GcmKeyBlock.Reversal)).AsUInt64();

    /// <summary>A block, octets reversed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Element Reverse(Block block, byte* key) => Ssse3.Shuffle(block, *(Block*)(key + GcmKeyBlock.Reversal)).AsUInt64();

    /// <summary>Multiplies a pair by powers q and q - 1 and adds; Karatsuba: three products, the middle one of the added lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(Pair pair, byte* key, int q, ref Pair low, ref Pair middle, ref Pair high)
    {
        // Both uses of a power stand together, so that it is read from memory by each and holds no register.
        Pair power = *(Pair*)(key + GcmKeyBlock.PowersEnd - 16 * q);
        low ^= CarrylessMultiplyV256.LowLow(pair, power);
        high ^= CarrylessMultiplyV256.HighHigh(pair, power);
        middle ^= CarrylessMultiplyV256.LowLow(pair ^ Swap(pair), *(Pair*)(key + GcmKeyBlock.HalvesEnd - 16 * q));
    }

    /// <summary>Begins the sums with an element times power q and the block of lengths times H, the ends of every GHASH.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddEnds(Element first, int q, Element lengths, byte* key, out Pair low, out Pair middle, out Pair high)
    {
        Pair pair = Vector256.Create(first, lengths);
        Pair power = Vector256.Create(*(Element*)(key + GcmKeyBlock.PowersEnd - 16 * q), *(Element*)(key + GcmKeyBlock.PowersEnd - 16));
        Pair halves = Vector256.Create(*(Element*)(key + GcmKeyBlock.HalvesEnd - 16 * q), *(Element*)(key + GcmKeyBlock.HalvesEnd - 16));
        low = CarrylessMultiplyV256.LowLow(pair, power);
        high = CarrylessMultiplyV256.HighHigh(pair, power);
        middle = CarrylessMultiplyV256.LowLow(pair ^ Swap(pair), halves);
    }

    /// <summary>Adds the last blocks of a text, whose powers end with 2 because the lengths follow; an odd last block is paired with zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTail(
        int blocks, byte* key,
        Block b0, Block b1, Block b2, Block b3, Block b4, Block b5, Block b6, Block b7,
        ref Pair low, ref Pair middle, ref Pair high)
    {
        if (blocks > 0) { Add(Join(b0, blocks > 1 ? b1 : Block.Zero, key), key, blocks + 1, ref low, ref middle, ref high); }
        if (blocks > 2) { Add(Join(b2, blocks > 3 ? b3 : Block.Zero, key), key, blocks - 1, ref low, ref middle, ref high); }
        if (blocks > 4) { Add(Join(b4, blocks > 5 ? b5 : Block.Zero, key), key, blocks - 3, ref low, ref middle, ref high); }
        if (blocks > 6) { Add(Join(b6, blocks > 7 ? b7 : Block.Zero, key), key, blocks - 5, ref low, ref middle, ref high); }
    }

    /// <summary>The last blocks of a text as they lie in memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadTail(
        int blocks, byte* text,
        out Block b0, out Block b1, out Block b2, out Block b3, out Block b4, out Block b5, out Block b6, out Block b7)
    {
        Block* at = (Block*)text;
        b0 = blocks > 0 ? at[0] : Block.Zero;
        b1 = blocks > 1 ? at[1] : Block.Zero;
        b2 = blocks > 2 ? at[2] : Block.Zero;
        b3 = blocks > 3 ? at[3] : Block.Zero;
        b4 = blocks > 4 ? at[4] : Block.Zero;
        b5 = blocks > 5 ? at[5] : Block.Zero;
        b6 = blocks > 6 ? at[6] : Block.Zero;
        b7 = blocks > 7 ? at[7] : Block.Zero;
    }

    /// <summary>Clears what lies behind the text in its last block (SP 800-38D §7.1: zeros fill it up).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ClipTail(
        int blocks, byte* key, int length,
        ref Block b0, ref Block b1, ref Block b2, ref Block b3, ref Block b4, ref Block b5, ref Block b6, ref Block b7)
    {
        Block mask = *(Block*)(key + GcmKeyBlock.TailMask + 16 * blocks - length);
        if (blocks == 1) { b0 &= mask; }
        if (blocks == 2) { b1 &= mask; }
        if (blocks == 3) { b2 &= mask; }
        if (blocks == 4) { b3 &= mask; }
        if (blocks == 5) { b4 &= mask; }
        if (blocks == 6) { b5 &= mask; }
        if (blocks == 7) { b6 &= mask; }
        if (blocks == 8) { b7 &= mask; }
    }

    /// <summary>Completes Karatsuba's middle, folds the sums of both halves modulo the polynomial, and adds the halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Element Reduce(Pair low, Pair middle, Pair high, byte* key)
    {
        Pair polynomial = *(Pair*)(key + GcmKeyBlock.Polynomial);
        middle ^= low ^ high ^ Swap(low) ^ CarrylessMultiplyV256.LowLow(low, polynomial);
        high ^= Swap(middle) ^ CarrylessMultiplyV256.LowLow(middle, polynomial);
        return high.GetLower() ^ high.GetUpper();
    }

    /// <summary>The lanes of each half exchanged.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Pair Swap(Pair pair) => Avx2.Shuffle(pair.AsInt32(), 0x4E).AsUInt64();
}
