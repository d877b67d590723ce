using System.Runtime.Intrinsics;

namespace IpsecDp.Crypto.Simd.Gcm;

/// <summary>Product of two polynomials over GF(2) of 64 bits each; the names say which lane of the first and of the second operand.</summary>
internal interface ICarrylessMultiply
{
    /// <summary>Low lane of each operand; the product fills all 128 bits.</summary>
    static abstract Vector128<ulong> LowLow(Vector128<ulong> a, Vector128<ulong> b);

    /// <summary>Low lane of the first, high lane of the second.</summary>
    static abstract Vector128<ulong> LowHigh(Vector128<ulong> a, Vector128<ulong> b);

    /// <summary>High lane of the first, low lane of the second.</summary>
    static abstract Vector128<ulong> HighLow(Vector128<ulong> a, Vector128<ulong> b);

    /// <summary>High lane of each operand.</summary>
    static abstract Vector128<ulong> HighHigh(Vector128<ulong> a, Vector128<ulong> b);
}
