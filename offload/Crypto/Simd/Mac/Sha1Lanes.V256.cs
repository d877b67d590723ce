using System.Runtime.CompilerServices;

namespace IpsecDp.Crypto.Simd.Mac;

/// <summary>SHA-1 (FIPS 180-4 §6.1), for peers that have nothing better.</summary>
internal readonly unsafe struct Sha1Lanes : ILaneHash
{
    private const int BlockWords = 16;

    // Twenty rounds have one function and one constant (FIPS 180-4 §4.1.1, §4.2.1).
    private enum Quarter
    {
        Choose,
        FirstParity,
        Majority,
        LastParity,
    }

    public static int Schedule => 80;

    public static ReadOnlySpan<uint> Initial => [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compress<TWords, TVector>(TVector* state, TVector* words)
        where TWords : struct, IWords<TVector>
        where TVector : unmanaged
    {
        TVector a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
        Twenty<TWords, TVector>(Quarter.Choose, words, ref a, ref b, ref c, ref d, ref e);
        Twenty<TWords, TVector>(Quarter.FirstParity, words, ref a, ref b, ref c, ref d, ref e);
        Twenty<TWords, TVector>(Quarter.Majority, words, ref a, ref b, ref c, ref d, ref e);
        Twenty<TWords, TVector>(Quarter.LastParity, words, ref a, ref b, ref c, ref d, ref e);
        state[0] = TWords.Add(state[0], a);
        state[1] = TWords.Add(state[1], b);
        state[2] = TWords.Add(state[2], c);
        state[3] = TWords.Add(state[3], d);
        state[4] = TWords.Add(state[4], e);
    }

    // Five rounds turn the five names once around.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Twenty<TWords, TVector>(
        Quarter quarter, TVector* words, ref TVector a, ref TVector b, ref TVector c, ref TVector d, ref TVector e)
        where TWords : struct, IWords<TVector>
        where TVector : unmanaged
    {
        int first = 20 * (int)quarter;
        for (int i = Math.Max(first, BlockWords); i < first + 20; i++)
        {
            TVector sum = TWords.Xor(words[i - 3], words[i - 8], TWords.Xor(words[i - 14], words[i - 16]));
            words[i] = TWords.RotateRight(sum, 32 - 1);
        }

        for (TVector* at = words + first; at < words + first + 20; at += 5)
        {
            Round<TWords, TVector>(quarter, a, ref b, c, d, ref e, at[0]);
            Round<TWords, TVector>(quarter, e, ref a, b, c, ref d, at[1]);
            Round<TWords, TVector>(quarter, d, ref e, a, b, ref c, at[2]);
            Round<TWords, TVector>(quarter, c, ref d, e, a, ref b, at[3]);
            Round<TWords, TVector>(quarter, b, ref c, d, e, ref a, at[4]);
        }
    }

    // Of a round's five variables only two change: b is rotated, and e becomes the next a.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round<TWords, TVector>(Quarter quarter, TVector a, ref TVector b, TVector c, TVector d, ref TVector e, TVector word)
        where TWords : struct, IWords<TVector>
        where TVector : unmanaged
    {
        TVector mixed = quarter switch
        {
            Quarter.Choose => TWords.Choose(b, c, d),
            Quarter.Majority => TWords.Majority(b, c, d),
            _ => TWords.Xor(b, c, d),
        };
        uint constant = quarter switch
        {
            Quarter.Choose => 0x5A827999,
            Quarter.FirstParity => 0x6ED9EBA1,
            Quarter.Majority => 0x8F1BBCDC,
            _ => 0xCA62C1D6,
        };
        TVector given = TWords.Add(TWords.Add(e, TWords.Create(constant)), word);
        e = TWords.Add(TWords.Add(given, mixed), TWords.RotateRight(a, 32 - 5));
        b = TWords.RotateRight(b, 32 - 30);
    }
}
