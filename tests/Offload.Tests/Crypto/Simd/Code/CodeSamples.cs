using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Offload.Tests.Crypto.Simd.Code;

/// <summary>Two loops of the same use: one the way a kernel's should be, and one with what the guard must catch.</summary>
internal static class CodeSamples
{
    /// <summary>Everything in registers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static Vector128<int> Lean(int count, Vector128<int> sum)
    {
        Vector128<int> other = sum + sum;
        for (var i = 0; i < count; i++)
        {
            sum = (sum + other) ^ Vector128.Create(i);
        }

        return sum;
    }

    /// <summary>A call in the loop, across which no vector register survives, so that both vectors go to the stack and back.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static Vector128<int> Spilling(int count, Vector128<int> sum)
    {
        Vector128<int> other = sum + sum;
        for (var i = 0; i < count; i++)
        {
            sum = (sum + other) ^ Vector128.Create(Next(i));
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Next(int i) => i + 1;
}
