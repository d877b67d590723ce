using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Pair = System.Runtime.Intrinsics.Vector256<ulong>;
using Quad = System.Runtime.Intrinsics.Vector512<ulong>;

namespace IpsecDp.Crypto.Simd.Gcm;

/// <summary>GHASH of four blocks at a time: a quad has the earliest block in its lowest quarter and is multiplied by four neighbouring powers.</summary>
internal static unsafe class GhashQuads
{
    /// <summary>A quad of blocks, octets reversed; the shuffle's copies stand side by side, so two of them are one for a quad.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad Reverse(Vector512<byte> blocks, byte* key) =>
        Avx512BW.Shuffle(blocks, *(Vector512<byte>*)(key + GcmKeyBlock.Reversal)).AsUInt64();

    /// <summary>Two quads, the first at powers 8 to 5 and the second at 4 to 1; Karatsuba as in <see cref="GhashLanes.Add"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply(Quad first, Quad second, byte* key, out Pair low, out Pair middle, out Pair high)
    {
        Quad power = *(Quad*)(key + GcmKeyBlock.PowersEnd - 16 * 4);
        Quad lows = Pclmulqdq.V512.CarrylessMultiply(second, power, 0x00);
        Quad highs = Pclmulqdq.V512.CarrylessMultiply(second, power, 0x11);
        Quad middles = Pclmulqdq.V512.CarrylessMultiply(second ^ Swap(second), *(Quad*)(key + GcmKeyBlock.HalvesEnd - 16 * 4), 0x00);
        power = *(Quad*)(key + GcmKeyBlock.PowersEnd - 16 * 8);
        lows ^= Pclmulqdq.V512.CarrylessMultiply(first, power, 0x00);
        highs ^= Pclmulqdq.V512.CarrylessMultiply(first, power, 0x11);
        middles ^= Pclmulqdq.V512.CarrylessMultiply(first ^ Swap(first), *(Quad*)(key + GcmKeyBlock.HalvesEnd - 16 * 8), 0x00);
        low = lows.GetLower() ^ lows.GetUpper();
        middle = middles.GetLower() ^ middles.GetUpper();
        high = highs.GetLower() ^ highs.GetUpper();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Quad Swap(Quad quad) => Avx512F.Shuffle(quad.AsInt32(), 0x4E).AsUInt64();
}
