using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Block = System.Runtime.Intrinsics.Vector128<byte>;
using Element = System.Runtime.Intrinsics.Vector128<ulong>;
using Pair = System.Runtime.Intrinsics.Vector256<ulong>;
using Quad = System.Runtime.Intrinsics.Vector512<ulong>;
using X86Aes = System.Runtime.Intrinsics.X86.Aes;

namespace IpsecDp.Crypto.Simd.Gcm;

/// <summary>The groups of <see cref="GcmKernel"/> for processors with AVX-512: half the products, and twice the registers.</summary>
/// <remarks>
/// Sealing keeps the ciphertext of a group in registers until the next group hashes it. Reading it back in quads would wait for the two
/// stores it is made of, which costs a quarter of the speed.
/// </remarks>
internal static unsafe class GcmGroups
{
    private const int Lanes = 8;
    private const int GroupLength = 16 * Lanes;
    private const int FirstLanes = Lanes - 1;
    private const MethodImplOptions Kernel = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;

    /// <summary>Seals all whole groups of a text longer than <see cref="GcmKernel.ShortLength"/>.</summary>
    [MethodImpl(Kernel)]
    public static void Seal(byte* key, GcmFrame* frame)
    {
        byte* text = frame->Text;
        int length = frame->Length;
        Block origin = GcmLanes.Origin(key, frame->Nonce, 0);
        GcmLanes.Begin(
            FirstLanes, key, origin, 1,
            out Block mask, out Block b0, out Block b1, out Block b2, out Block b3, out Block b4, out Block b5, out Block b6);
        GcmLanes.Rounds(FirstLanes, key, ref mask, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6);
        Block last = GcmLanes.LastKey(key);
        frame->TagMask = X86Aes.EncryptLast(mask, last);
        Vector256<byte> pair = GcmLanes.ApplyPair(last, text, b0, b1);
        Quad first = GhashQuads.Reverse(Vector512.Create(Vector256.Create(Block.Zero, frame->Aad), pair), key);
        pair = GcmLanes.ApplyPair(last, text + 32, b2, b3);
        Quad second = GhashQuads.Reverse(Vector512.Create(pair, GcmLanes.ApplyPair(last, text + 64, b4, b5)), key);
        text += GcmKernel.ShortLength;
        length -= GcmKernel.ShortLength;

        uint counter = Lanes;
        for (; length >= GroupLength; length -= GroupLength)
        {
            GcmLanes.Begin(Lanes, key, origin, counter, out b0, out b1, out b2, out b3, out b4, out b5, out b6, out Block b7);
            CryptAndHash(key, first, second, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7, out Element hash);
            last = GcmLanes.LastKey(key);
            pair = GcmLanes.ApplyPair(last, text, b0, b1);
            first = GhashQuads.Reverse(Vector512.Create(pair, GcmLanes.ApplyPair(last, text + 32, b2, b3)), key) ^ Widen(hash);
            pair = GcmLanes.ApplyPair(last, text + 64, b4, b5);
            second = GhashQuads.Reverse(Vector512.Create(pair, GcmLanes.ApplyPair(last, text + 96, b6, b7)), key);
            text += GroupLength;
            counter += Lanes;
            if ((counter & 0xFF) == 0)
            {
                origin = GcmLanes.Origin(key, frame->Nonce, counter);
            }
        }

        frame->First = first.GetLower();
        frame->Origin = origin;
        frame->Counter = counter;
        frame->Text = text;
        frame->Length = length;
    }

    /// <summary>Opens all whole groups of a text longer than <see cref="GcmKernel.ShortLength"/>.</summary>
    [MethodImpl(Kernel)]
    public static void Open(byte* key, GcmFrame* frame)
    {
        byte* text = frame->Text;
        int length = frame->Length;
        Block origin = GcmLanes.Origin(key, frame->Nonce, 0);
        GcmLanes.Begin(
            FirstLanes, key, origin, 1,
            out Block mask, out Block b0, out Block b1, out Block b2, out Block b3, out Block b4, out Block b5, out Block b6);
        Quad first = GhashQuads.Reverse(Vector512.Create(Vector256.Create(Block.Zero, frame->Aad), *(Vector256<byte>*)text), key);
        Quad second = GhashQuads.Reverse(*(Vector512<byte>*)(text + 32), key);
        GhashQuads.Multiply(first, second, key, out Pair low, out Pair middle, out Pair high);
        GcmLanes.Rounds(FirstLanes, key, ref mask, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6);
        Element hash = GhashLanes.Reduce(low, middle, high, key);
        Block last = GcmLanes.LastKey(key);
        frame->TagMask = X86Aes.EncryptLast(mask, last);
        GcmLanes.ApplyPair(last, text, b0, b1);
        GcmLanes.ApplyPair(last, text + 32, b2, b3);
        GcmLanes.ApplyPair(last, text + 64, b4, b5);
        text += GcmKernel.ShortLength;
        length -= GcmKernel.ShortLength;

        uint counter = Lanes;
        for (; length >= GroupLength; length -= GroupLength)
        {
            GcmLanes.Begin(Lanes, key, origin, counter, out b0, out b1, out b2, out b3, out b4, out b5, out b6, out Block b7);
            first = GhashQuads.Reverse(*(Vector512<byte>*)text, key) ^ Widen(hash);
            second = GhashQuads.Reverse(*(Vector512<byte>*)(text + 64), key);
            CryptAndHash(key, first, second, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7, out hash);
            last = GcmLanes.LastKey(key);
            GcmLanes.ApplyPair(last, text, b0, b1);
            GcmLanes.ApplyPair(last, text + 32, b2, b3);
            GcmLanes.ApplyPair(last, text + 64, b4, b5);
            GcmLanes.ApplyPair(last, text + 96, b6, b7);
            text += GroupLength;
            counter += Lanes;
            if ((counter & 0xFF) == 0)
            {
                origin = GcmLanes.Origin(key, frame->Nonce, counter);
            }
        }

        frame->Hash = hash;
        frame->Origin = origin;
        frame->Counter = counter;
        frame->Text = text;
        frame->Length = length;
    }

    // Rounds 2 and up of eight lanes, between them eight blocks of GHASH.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CryptAndHash(
        byte* key, Quad first, Quad second,
        ref Block b0, ref Block b1, ref Block b2, ref Block b3, ref Block b4, ref Block b5, ref Block b6, ref Block b7,
        out Element hash)
    {
        GcmLanes.Round(Lanes, key, 2, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        GcmLanes.Round(Lanes, key, 3, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        GcmLanes.Round(Lanes, key, 4, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        GhashQuads.Multiply(first, second, key, out Pair low, out Pair middle, out Pair high);
        GcmLanes.Round(Lanes, key, 5, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        GcmLanes.Round(Lanes, key, 6, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        GcmLanes.Round(Lanes, key, 7, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        hash = GhashLanes.Reduce(low, middle, high, key);
        GcmLanes.Round(Lanes, key, 8, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        GcmLanes.Round(Lanes, key, 9, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        GcmLanes.LongKeyRounds(Lanes, key, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
    }

    // The hash is added to the earliest block.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Quad Widen(Element hash) => hash.ToVector256().ToVector512();
}
