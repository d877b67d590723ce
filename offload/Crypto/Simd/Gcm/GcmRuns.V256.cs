namespace IpsecDp.Crypto.Simd.Gcm;

/// <summary>From a number of blocks to the run compiled for it.</summary>
internal static unsafe class GcmRuns
{
    // With the tag's mask that makes the eight blocks in flight.
    private const int Longest = 7;

    /// <summary>Whether there is a run for packets of so many blocks.</summary>
    public static bool IsRun(int blocks) => blocks is > 0 and <= Longest;

    /// <summary>Whether packets of so many blocks are more than a run takes.</summary>
    public static bool IsLong(int blocks) => blocks > Longest;

    /// <summary>Seals packets that all have so many blocks.</summary>
    public static void Seal(int blocks, byte* key, in EspNonce nonce, int icvLength, ReadOnlySpan<PacketSlice> packets)
    {
        switch (blocks)
        {
            case 1:
                GcmRun.Seal<OneBlock>(key, nonce, icvLength, packets);
                break;
            case 2:
                GcmRun.Seal<TwoBlocks>(key, nonce, icvLength, packets);
                break;
            case 3:
                GcmRun.Seal<ThreeBlocks>(key, nonce, icvLength, packets);
                break;
            case 4:
                GcmRun.Seal<FourBlocks>(key, nonce, icvLength, packets);
                break;
            case 5:
                GcmRun.Seal<FiveBlocks>(key, nonce, icvLength, packets);
                break;
            case 6:
                GcmRun.Seal<SixBlocks>(key, nonce, icvLength, packets);
                break;
            default:
                GcmRun.Seal<SevenBlocks>(key, nonce, icvLength, packets);
                break;
        }
    }

    /// <summary>Opens packets that all have so many blocks.</summary>
    public static void Open(int blocks, byte* key, in EspNonce nonce, int icvLength, ReadOnlySpan<PacketSlice> packets, Span<bool> opened)
    {
        switch (blocks)
        {
            case 1:
                GcmRun.Open<OneBlock>(key, nonce, icvLength, packets, opened);
                break;
            case 2:
                GcmRun.Open<TwoBlocks>(key, nonce, icvLength, packets, opened);
                break;
            case 3:
                GcmRun.Open<ThreeBlocks>(key, nonce, icvLength, packets, opened);
                break;
            case 4:
                GcmRun.Open<FourBlocks>(key, nonce, icvLength, packets, opened);
                break;
            case 5:
                GcmRun.Open<FiveBlocks>(key, nonce, icvLength, packets, opened);
                break;
            case 6:
                GcmRun.Open<SixBlocks>(key, nonce, icvLength, packets, opened);
                break;
            default:
                GcmRun.Open<SevenBlocks>(key, nonce, icvLength, packets, opened);
                break;
        }
    }
}
