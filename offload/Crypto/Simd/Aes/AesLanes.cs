using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IpsecDp.Crypto.Simd.Aes;

/// <summary>AES of one block, or of eight at once: a round takes four clocks but two can start in each, so eight independent blocks fill the pipe.</summary>
internal static class AesLanes<TRound>
    where TRound : struct, IAesRound
{
    /// <summary>Blocks in flight.</summary>
    public const int Count = 8;

    /// <summary>Encrypts one block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Encrypt(ReadOnlySpan<Vector128<byte>> keys, Vector128<byte> block)
    {
        block ^= keys[0];
        for (var i = 1; i < keys.Length - 1; i++)
        {
            block = TRound.Round(block, keys[i]);
        }

        return TRound.LastRound(block, keys[^1]);
    }

    /// <summary>Decrypts one block with keys of the inverse cipher.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Decrypt(ReadOnlySpan<Vector128<byte>> keys, Vector128<byte> block)
    {
        block ^= keys[0];
        for (var i = 1; i < keys.Length - 1; i++)
        {
            block = TRound.InverseRound(block, keys[i]);
        }

        return TRound.InverseLastRound(block, keys[^1]);
    }

    /// <summary>Encrypts eight blocks; the references are to locals, which stay in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Encrypt(
        ReadOnlySpan<Vector128<byte>> keys,
        ref Vector128<byte> b0, ref Vector128<byte> b1, ref Vector128<byte> b2, ref Vector128<byte> b3,
        ref Vector128<byte> b4, ref Vector128<byte> b5, ref Vector128<byte> b6, ref Vector128<byte> b7)
    {
        Whiten(keys[0], ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        for (var i = 1; i < keys.Length - 1; i++)
        {
            Vector128<byte> key = keys[i];
            b0 = TRound.Round(b0, key);
            b1 = TRound.Round(b1, key);
            b2 = TRound.Round(b2, key);
            b3 = TRound.Round(b3, key);
            b4 = TRound.Round(b4, key);
            b5 = TRound.Round(b5, key);
            b6 = TRound.Round(b6, key);
            b7 = TRound.Round(b7, key);
        }

        Vector128<byte> last = keys[^1];
        b0 = TRound.LastRound(b0, last);
        b1 = TRound.LastRound(b1, last);
        b2 = TRound.LastRound(b2, last);
        b3 = TRound.LastRound(b3, last);
        b4 = TRound.LastRound(b4, last);
        b5 = TRound.LastRound(b5, last);
        b6 = TRound.LastRound(b6, last);
        b7 = TRound.LastRound(b7, last);
    }

    /// <summary>Decrypts eight blocks with keys of the inverse cipher.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Decrypt(
        ReadOnlySpan<Vector128<byte>> keys,
        ref Vector128<byte> b0, ref Vector128<byte> b1, ref Vector128<byte> b2, ref Vector128<byte> b3,
        ref Vector128<byte> b4, ref Vector128<byte> b5, ref Vector128<byte> b6, ref Vector128<byte> b7)
    {
        Whiten(keys[0], ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        for (var i = 1; i < keys.Length - 1; i++)
        {
            Vector128<byte> key = keys[i];
            b0 = TRound.InverseRound(b0, key);
            b1 = TRound.InverseRound(b1, key);
            b2 = TRound.InverseRound(b2, key);
            b3 = TRound.InverseRound(b3, key);
            b4 = TRound.InverseRound(b4, key);
            b5 = TRound.InverseRound(b5, key);
            b6 = TRound.InverseRound(b6, key);
            b7 = TRound.InverseRound(b7, key);
        }

        Vector128<byte> last = keys[^1];
        b0 = TRound.InverseLastRound(b0, last);
        b1 = TRound.InverseLastRound(b1, last);
        b2 = TRound.InverseLastRound(b2, last);
        b3 = TRound.InverseLastRound(b3, last);
        b4 = TRound.InverseLastRound(b4, last);
        b5 = TRound.InverseLastRound(b5, last);
        b6 = TRound.InverseLastRound(b6, last);
        b7 = TRound.InverseLastRound(b7, last);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Whiten(
        Vector128<byte> key,
        ref Vector128<byte> b0, ref Vector128<byte> b1, ref Vector128<byte> b2, ref Vector128<byte> b3,
        ref Vector128<byte> b4, ref Vector128<byte> b5, ref Vector128<byte> b6, ref Vector128<byte> b7)
    {
        b0 ^= key;
        b1 ^= key;
        b2 ^= key;
        b3 ^= key;
        b4 ^= key;
        b5 ^= key;
        b6 ^= key;
        b7 ^= key;
    }
}
