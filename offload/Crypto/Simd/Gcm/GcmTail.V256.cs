using System.Runtime.CompilerServices;

namespace IpsecDp.Crypto.Simd.Gcm;

/// <summary>A kernel for up to eight last blocks of a text, compiled once for each number of blocks.</summary>
internal unsafe interface IGcmTail
{
    /// <summary>Works on the frame's remaining text, whose length rounded up is that number of blocks.</summary>
    static abstract void Run<TBlocks>(byte* key, GcmFrame* frame)
        where TBlocks : struct, IBlockCount;
}

/// <summary>From a number of blocks to the kernel compiled for it.</summary>
internal static unsafe class GcmTail
{
    /// <summary>Runs the tail on the frame's remaining text of at most 128 octets.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TTail>(byte* key, GcmFrame* frame)
        where TTail : struct, IGcmTail
    {
        switch ((frame->Length + 15) >> 4)
        {
            case 0:
                TTail.Run<NoBlock>(key, frame);
                break;
            case 1:
                TTail.Run<OneBlock>(key, frame);
                break;
            case 2:
                TTail.Run<TwoBlocks>(key, frame);
                break;
            case 3:
                TTail.Run<ThreeBlocks>(key, frame);
                break;
            case 4:
                TTail.Run<FourBlocks>(key, frame);
                break;
            case 5:
                TTail.Run<FiveBlocks>(key, frame);
                break;
            case 6:
                TTail.Run<SixBlocks>(key, frame);
                break;
            case 7:
                TTail.Run<SevenBlocks>(key, frame);
                break;
            default:
                TTail.Run<EightBlocks>(key, frame);
                break;
        }
    }
}
