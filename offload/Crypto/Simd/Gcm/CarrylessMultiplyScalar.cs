using System.Runtime.Intrinsics;

namespace IpsecDp.Crypto.Simd.Gcm;

/// <summary>The carry-less product by integer multiplication, in constant time.</summary>
/// <remarks>
/// Each operand is split into four with one bit in every four. In a product of two such parts at most sixteen
/// bits meet in one place, and the three holes above it take all but the last of the carries, which is beyond bit 63.
/// The mask then drops the carries (the idea is Thomas Pornin's, in BearSSL).
/// </remarks>
internal readonly struct CarrylessMultiplyScalar : ICarrylessMultiply
{
    public static Vector128<ulong> LowLow(Vector128<ulong> a, Vector128<ulong> b) => Multiply(a[0], b[0]);

    public static Vector128<ulong> LowHigh(Vector128<ulong> a, Vector128<ulong> b) => Multiply(a[0], b[1]);

    public static Vector128<ulong> HighLow(Vector128<ulong> a, Vector128<ulong> b) => Multiply(a[1], b[0]);

    public static Vector128<ulong> HighHigh(Vector128<ulong> a, Vector128<ulong> b) => Multiply(a[1], b[1]);

    // The reversed operands give the reversed product, whose low half is the high half that is wanted, one bit too far left.
    private static Vector128<ulong> Multiply(ulong a, ulong b) =>
        Vector128.Create(MultiplyLow(a, b), Reverse(MultiplyLow(Reverse(a), Reverse(b))) >> 1);

    private static ulong MultiplyLow(ulong a, ulong b)
    {
        const ulong Every4 = 0x1111111111111111;
        ulong a0 = a & Every4, a1 = a & (Every4 << 1), a2 = a & (Every4 << 2), a3 = a & (Every4 << 3);
        ulong b0 = b & Every4, b1 = b & (Every4 << 1), b2 = b & (Every4 << 2), b3 = b & (Every4 << 3);
        ulong c0 = (a0 * b0) ^ (a1 * b3) ^ (a2 * b2) ^ (a3 * b1);
        ulong c1 = (a0 * b1) ^ (a1 * b0) ^ (a2 * b3) ^ (a3 * b2);
        ulong c2 = (a0 * b2) ^ (a1 * b1) ^ (a2 * b0) ^ (a3 * b3);
        ulong c3 = (a0 * b3) ^ (a1 * b2) ^ (a2 * b1) ^ (a3 * b0);
        return (c0 & Every4) | (c1 & (Every4 << 1)) | (c2 & (Every4 << 2)) | (c3 & (Every4 << 3));
    }

    private static ulong Reverse(ulong x)
    {
        x = ((x & 0x5555555555555555) << 1) | ((x >> 1) & 0x5555555555555555);
        x = ((x & 0x3333333333333333) << 2) | ((x >> 2) & 0x3333333333333333);
        x = ((x & 0x0F0F0F0F0F0F0F0F) << 4) | ((x >> 4) & 0x0F0F0F0F0F0F0F0F);
        return System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(x);
    }
}
