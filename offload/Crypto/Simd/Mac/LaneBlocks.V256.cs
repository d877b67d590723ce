using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IpsecDp.Crypto.Simd.Mac;

/// <summary>From blocks of many messages, each by itself in memory, to vectors that have one word of every message.</summary>
internal static unsafe class LaneBlocks
{
    private const int QuadLength = 16;
    private const int Quads = 4;

    /// <summary>Writes word i of lane j's block to word j of vector i, octets turned from network order; a multiple of four lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(int lanes, byte** blocks, uint* words)
    {
        for (var lane = 0; lane < lanes; lane += 4)
        {
            byte* block0 = blocks[lane], block1 = blocks[lane + 1], block2 = blocks[lane + 2], block3 = blocks[lane + 3];
            for (var quad = 0; quad < Quads; quad++)
            {
                Transpose(
                    Load(block0 + QuadLength * quad), Load(block1 + QuadLength * quad), Load(block2 + QuadLength * quad), Load(block3 + QuadLength * quad),
                    words + lanes * 4 * quad + lane, lanes);
            }
        }
    }

    // Four words of four lanes: rows become columns, first in neighbouring pairs, then in pairs of those.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(Vector128<uint> row0, Vector128<uint> row1, Vector128<uint> row2, Vector128<uint> row3, uint* to, int stride)
    {
        Vector128<ulong> low01 = Sse2.UnpackLow(row0, row1).AsUInt64(), low23 = Sse2.UnpackLow(row2, row3).AsUInt64();
        Vector128<ulong> high01 = Sse2.UnpackHigh(row0, row1).AsUInt64(), high23 = Sse2.UnpackHigh(row2, row3).AsUInt64();
        *(Vector128<ulong>*)to = Sse2.UnpackLow(low01, low23);
        *(Vector128<ulong>*)(to + stride) = Sse2.UnpackHigh(low01, low23);
        *(Vector128<ulong>*)(to + 2 * stride) = Sse2.UnpackLow(high01, high23);
        *(Vector128<ulong>*)(to + 3 * stride) = Sse2.UnpackHigh(high01, high23);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Load(byte* octets) =>
        Ssse3.Shuffle(*(Vector128<byte>*)octets, Vector128.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12)).AsUInt32();
}
