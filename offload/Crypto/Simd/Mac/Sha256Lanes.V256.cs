using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IpsecDp.Crypto.Simd.Mac;

/// <summary>SHA-256 (FIPS 180-4 §6.2).</summary>
internal readonly unsafe struct Sha256Lanes : ILaneHash
{
    private const int Rounds = 64;
    private const int BlockWords = 16;

    public static int Schedule => Rounds;

    public static ReadOnlySpan<uint> Initial =>
        [0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19];

    private static ReadOnlySpan<uint> Constants =>
    [
        0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1, 0x923F82A4, 0xAB1C5ED5,
        0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3, 0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174,
        0xE49B69C1, 0xEFBE4786, 0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA,
        0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147, 0x06CA6351, 0x14292967,
        0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13, 0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85,
        0xA2BFE8A1, 0xA81A664B, 0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070,
        0x19A4C116, 0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A, 0x5B9CCA4F, 0x682E6FF3,
        0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208, 0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2,
    ];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compress<TWords, TVector>(TVector* state, TVector* words)
        where TWords : struct, IWords<TVector>
        where TVector : unmanaged
    {
        ref uint constants = ref MemoryMarshal.GetReference(Constants);
        TVector a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];

        // Eight rounds turn the eight names once around, so nothing is moved.
        for (var round = 0; round < Rounds; round += 8)
        {
            TVector* at = words + round;
            if (round >= BlockWords)
            {
                Extend<TWords, TVector>(at);
            }

            ref uint constant = ref Unsafe.Add(ref constants, round);
            Round<TWords, TVector>(a, b, c, ref d, e, f, g, ref h, at[0], constant);
            Round<TWords, TVector>(h, a, b, ref c, d, e, f, ref g, at[1], Unsafe.Add(ref constant, 1));
            Round<TWords, TVector>(g, h, a, ref b, c, d, e, ref f, at[2], Unsafe.Add(ref constant, 2));
            Round<TWords, TVector>(f, g, h, ref a, b, c, d, ref e, at[3], Unsafe.Add(ref constant, 3));
            Round<TWords, TVector>(e, f, g, ref h, a, b, c, ref d, at[4], Unsafe.Add(ref constant, 4));
            Round<TWords, TVector>(d, e, f, ref g, h, a, b, ref c, at[5], Unsafe.Add(ref constant, 5));
            Round<TWords, TVector>(c, d, e, ref f, g, h, a, ref b, at[6], Unsafe.Add(ref constant, 6));
            Round<TWords, TVector>(b, c, d, ref e, f, g, h, ref a, at[7], Unsafe.Add(ref constant, 7));
        }

        state[0] = TWords.Add(state[0], a);
        state[1] = TWords.Add(state[1], b);
        state[2] = TWords.Add(state[2], c);
        state[3] = TWords.Add(state[3], d);
        state[4] = TWords.Add(state[4], e);
        state[5] = TWords.Add(state[5], f);
        state[6] = TWords.Add(state[6], g);
        state[7] = TWords.Add(state[7], h);
    }

    // Of a round's eight variables only two change: d becomes the next e, and h the next a.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round<TWords, TVector>(
        TVector a, TVector b, TVector c, ref TVector d, TVector e, TVector f, TVector g, ref TVector h, TVector word, uint constant)
        where TWords : struct, IWords<TVector>
        where TVector : unmanaged
    {
        TVector given = TWords.Add(TWords.Add(h, TWords.Create(constant)), word);
        TVector sum1 = TWords.Xor(TWords.RotateRight(e, 6), TWords.RotateRight(e, 11), TWords.RotateRight(e, 25));
        TVector first = TWords.Add(TWords.Add(given, TWords.Choose(e, f, g)), sum1);
        TVector sum0 = TWords.Xor(TWords.RotateRight(a, 2), TWords.RotateRight(a, 13), TWords.RotateRight(a, 22));
        d = TWords.Add(d, first);
        h = TWords.Add(TWords.Add(first, TWords.Majority(a, b, c)), sum0);
    }

    // Eight words of the schedule. Each needs the last but one, which a register hands over sooner than memory.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Extend<TWords, TVector>(TVector* at)
        where TWords : struct, IWords<TVector>
        where TVector : unmanaged
    {
        TVector even = at[-2], odd = at[-1];
        at[0] = even = Word<TWords, TVector>(at, even);
        at[1] = odd = Word<TWords, TVector>(at + 1, odd);
        at[2] = even = Word<TWords, TVector>(at + 2, even);
        at[3] = odd = Word<TWords, TVector>(at + 3, odd);
        at[4] = even = Word<TWords, TVector>(at + 4, even);
        at[5] = odd = Word<TWords, TVector>(at + 5, odd);
        at[6] = Word<TWords, TVector>(at + 6, even);
        at[7] = Word<TWords, TVector>(at + 7, odd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Word<TWords, TVector>(TVector* at, TVector near)
        where TWords : struct, IWords<TVector>
        where TVector : unmanaged
    {
        TVector far = at[-15];
        TVector sigma1 = TWords.Xor(TWords.RotateRight(near, 17), TWords.RotateRight(near, 19), TWords.ShiftRight(near, 10));
        TVector sigma0 = TWords.Xor(TWords.RotateRight(far, 7), TWords.RotateRight(far, 18), TWords.ShiftRight(far, 3));
        return TWords.Add(TWords.Add(TWords.Add(at[-16], at[-7]), sigma0), sigma1);
    }
}
