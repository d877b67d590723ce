using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IpsecDp.Crypto.Simd.Gcm;

/// <summary>VPCLMULQDQ: two independent products, one in each 128-bit half of the operands.</summary>
internal static class CarrylessMultiplyV256
{
    /// <summary>In each half, the low lane of both operands.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> LowLow(Vector256<ulong> a, Vector256<ulong> b) => Pclmulqdq.V256.CarrylessMultiply(a, b, 0x00);

    /// <summary>In each half, the low lane of the first and the high lane of the second.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> LowHigh(Vector256<ulong> a, Vector256<ulong> b) => Pclmulqdq.V256.CarrylessMultiply(a, b, 0x10);

    /// <summary>In each half, the high lane of the first and the low lane of the second.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> HighLow(Vector256<ulong> a, Vector256<ulong> b) => Pclmulqdq.V256.CarrylessMultiply(a, b, 0x01);

    /// <summary>In each half, the high lane of both operands.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> HighHigh(Vector256<ulong> a, Vector256<ulong> b) => Pclmulqdq.V256.CarrylessMultiply(a, b, 0x11);
}
