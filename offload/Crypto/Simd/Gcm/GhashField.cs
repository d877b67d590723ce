using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IpsecDp.Crypto.Simd.Gcm;

/// <summary>The field of GHASH (SP 800-38D §6.3), x^128 + x^7 + x^2 + x + 1, on octet-reversed blocks.</summary>
/// <remarks>
/// GHASH counts bits from the left. A block loaded with its octets reversed holds the bit-reversed polynomial, and the carry-less
/// product of two reversed polynomials lacks one multiplication by x. The key is multiplied by x beforehand, so products come out right
/// (Gueron and Kounavis, "Intel Carry-Less Multiplication Instruction and its Usage for Computing the GCM Mode").
/// </remarks>
internal static class GhashField<TMultiply>
    where TMultiply : struct, ICarrylessMultiply
{
    /// <summary>The reversed polynomial's upper half, x^128 + x^127 + x^126 + x^121 + 1 without its ends.</summary>
    public const ulong Polynomial = 0xC200000000000000;

    /// <summary>A block of GHASH as the field has it: octets reversed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> FromOctets(Vector128<byte> block) => Reverse(block).AsUInt64();

    /// <summary>The way back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> ToOctets(Vector128<ulong> element) => Reverse(element.AsByte());

    /// <summary>The hash key E(K, 0), multiplied by x, without a branch on its bits.</summary>
    public static Vector128<ulong> Key(Vector128<byte> encryptedZero)
    {
        Vector128<ulong> h = FromOctets(encryptedZero);
        var element = new UInt128(h[1], h[0]);
        UInt128 carried = UInt128.Zero - (element >> 127);
        element = (element << 1) ^ (carried & new UInt128(Polynomial, 1));
        return Vector128.Create((ulong)element, (ulong)(element >> 64));
    }

    /// <summary>A product, reduced; one of the two factors carries the key's extra x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Multiply(Vector128<ulong> a, Vector128<ulong> b)
    {
        Vector128<ulong> low = TMultiply.LowLow(a, b);
        Vector128<ulong> middle = TMultiply.LowHigh(a, b) ^ TMultiply.HighLow(a, b);
        Vector128<ulong> high = TMultiply.HighHigh(a, b);
        return Reduce(low, middle, high);
    }

    /// <summary>Folds 256 bits, given as three overlapping products, into 128: the lowest 64 bits twice, each time with one multiplication.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Reduce(Vector128<ulong> low, Vector128<ulong> middle, Vector128<ulong> high)
    {
        Vector128<ulong> polynomial = Vector128.Create(Polynomial);
        middle ^= Swap(low) ^ TMultiply.LowLow(polynomial, low);
        return high ^ Swap(middle) ^ TMultiply.LowLow(polynomial, middle);
    }

    /// <summary>The block at the end of every GHASH: lengths of AAD and text in bits (SP 800-38D §7.1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Lengths(int aad, int text) => Vector128.Create((ulong)text * 8, (ulong)aad * 8);

    /// <summary>Up to 16 octets as a block, zeros behind them.</summary>
    public static Vector128<byte> Padded(ReadOnlySpan<byte> octets)
    {
        Span<byte> block = stackalloc byte[16];
        block.Clear();
        octets.CopyTo(block);
        return Vector128.Create<byte>(block);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Reverse(Vector128<byte> block)
    {
        if (Vector128.IsHardwareAccelerated)
        {
            return Vector128.Shuffle(block, Vector128.Create((byte)15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
        }

        Vector128<ulong> halves = block.AsUInt64();
        return Vector128.Create(BinaryPrimitives.ReverseEndianness(halves[1]), BinaryPrimitives.ReverseEndianness(halves[0])).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Swap(Vector128<ulong> v) => Vector128.Shuffle(v, Vector128.Create(1ul, 0ul));
}
