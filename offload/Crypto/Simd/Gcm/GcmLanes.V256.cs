using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Block = System.Runtime.Intrinsics.Vector128<byte>;
using X86Aes = System.Runtime.Intrinsics.X86.Aes;

namespace IpsecDp.Crypto.Simd.Gcm;

/// <summary>AES in counter mode for up to eight blocks in flight, cut into pieces the kernel interleaves with GHASH.</summary>
/// <remarks>The references are to locals of the kernel: inlined, they are registers. <c>lanes</c> is always a constant, so no comparison with it is left.</remarks>
internal static unsafe class GcmLanes
{
    /// <summary>The state after round one of counter block <paramref name="counter"/>, a multiple of 256.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Block Origin(byte* key, Block nonce, uint counter)
    {
        Block block = nonce.AsUInt32().WithElement(3, BinaryPrimitives.ReverseEndianness(counter)).AsByte();
        return X86Aes.Encrypt(block ^ *(Block*)(key + GcmKeyBlock.RoundKeys), *(Block*)(key + GcmKeyBlock.RoundKeys + 16));
    }

    /// <summary>Lane i gets counter + i after round one, by the table; the counter's last octet does not wrap within the lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Begin(
        int lanes, byte* key, Block origin, uint counter,
        out Block b0, out Block b1, out Block b2, out Block b3, out Block b4, out Block b5, out Block b6, out Block b7)
    {
        // The index is the public counter, so the access tells nothing.
        byte* entry = key + GcmKeyBlock.FirstRound + 4 * (counter & 0xFF);
        Unsafe.SkipInit(out b0);
        Unsafe.SkipInit(out b1);
        Unsafe.SkipInit(out b2);
        Unsafe.SkipInit(out b3);
        Unsafe.SkipInit(out b4);
        Unsafe.SkipInit(out b5);
        Unsafe.SkipInit(out b6);
        Unsafe.SkipInit(out b7);
        if (lanes > 0) { b0 = Differ(origin, entry); }
        if (lanes > 1) { b1 = Differ(origin, entry + 4); }
        if (lanes > 2) { b2 = Differ(origin, entry + 8); }
        if (lanes > 3) { b3 = Differ(origin, entry + 12); }
        if (lanes > 4) { b4 = Differ(origin, entry + 16); }
        if (lanes > 5) { b5 = Differ(origin, entry + 20); }
        if (lanes > 6) { b6 = Differ(origin, entry + 24); }
        if (lanes > 7) { b7 = Differ(origin, entry + 28); }
    }

    /// <summary>One round of all lanes; a round's key is read once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Round(
        int lanes, byte* key, int round,
        ref Block b0, ref Block b1, ref Block b2, ref Block b3, ref Block b4, ref Block b5, ref Block b6, ref Block b7)
    {
        Block roundKey = *(Block*)(key + GcmKeyBlock.RoundKeys + 16 * round);
        if (lanes > 0) { b0 = X86Aes.Encrypt(b0, roundKey); }
        if (lanes > 1) { b1 = X86Aes.Encrypt(b1, roundKey); }
        if (lanes > 2) { b2 = X86Aes.Encrypt(b2, roundKey); }
        if (lanes > 3) { b3 = X86Aes.Encrypt(b3, roundKey); }
        if (lanes > 4) { b4 = X86Aes.Encrypt(b4, roundKey); }
        if (lanes > 5) { b5 = X86Aes.Encrypt(b5, roundKey); }
        if (lanes > 6) { b6 = X86Aes.Encrypt(b6, roundKey); }
        if (lanes > 7) { b7 = X86Aes.Encrypt(b7, roundKey); }
    }

    /// <summary>Rounds 2 to 9, which keys of every length have, and the two or four more of longer keys.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Rounds(
        int lanes, byte* key,
        ref Block b0, ref Block b1, ref Block b2, ref Block b3, ref Block b4, ref Block b5, ref Block b6, ref Block b7)
    {
        Round(lanes, key, 2, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        Round(lanes, key, 3, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        Round(lanes, key, 4, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        Round(lanes, key, 5, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        Round(lanes, key, 6, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        Round(lanes, key, 7, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        Round(lanes, key, 8, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        Round(lanes, key, 9, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        LongKeyRounds(lanes, key, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
    }

    /// <summary>Rounds 10 and 11 of keys of 192 bits, and 12 and 13 of 256; the branches always go the same way for one SA.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LongKeyRounds(
        int lanes, byte* key,
        ref Block b0, ref Block b1, ref Block b2, ref Block b3, ref Block b4, ref Block b5, ref Block b6, ref Block b7)
    {
        int rounds = *(int*)(key + GcmKeyBlock.Rounds);
        if (rounds == 10)
        {
            return;
        }

        Round(lanes, key, 10, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        Round(lanes, key, 11, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        if (rounds == 12)
        {
            return;
        }

        Round(lanes, key, 12, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        Round(lanes, key, 13, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
    }

    /// <summary>The last round's key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Block LastKey(byte* key) => *(Block*)(key + GcmKeyBlock.RoundKeys + 16 * *(int*)(key + GcmKeyBlock.Rounds));

    /// <summary>Last round and exclusive-or with as many blocks of text, in place; the lanes then hold what was written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply(
        int blocks, Block lastKey, byte* text,
        ref Block b0, ref Block b1, ref Block b2, ref Block b3, ref Block b4, ref Block b5, ref Block b6, ref Block b7)
    {
        Block* at = (Block*)text;
        if (blocks > 0) { at[0] = b0 = X86Aes.EncryptLast(b0, lastKey) ^ at[0]; }
        if (blocks > 1) { at[1] = b1 = X86Aes.EncryptLast(b1, lastKey) ^ at[1]; }
        if (blocks > 2) { at[2] = b2 = X86Aes.EncryptLast(b2, lastKey) ^ at[2]; }
        if (blocks > 3) { at[3] = b3 = X86Aes.EncryptLast(b3, lastKey) ^ at[3]; }
        if (blocks > 4) { at[4] = b4 = X86Aes.EncryptLast(b4, lastKey) ^ at[4]; }
        if (blocks > 5) { at[5] = b5 = X86Aes.EncryptLast(b5, lastKey) ^ at[5]; }
        if (blocks > 6) { at[6] = b6 = X86Aes.EncryptLast(b6, lastKey) ^ at[6]; }
        if (blocks > 7) { at[7] = b7 = X86Aes.EncryptLast(b7, lastKey) ^ at[7]; }
    }

    /// <summary>The same for pairs of blocks: one 32-octet store each, which GHASH's 32-octet load of the pair can be served from. Gives what was written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> ApplyPair(Block lastKey, byte* text, Block even, Block odd)
    {
        Vector256<byte> stream = Vector256.Create(X86Aes.EncryptLast(even, lastKey), X86Aes.EncryptLast(odd, lastKey));
        Vector256<byte> pair = *(Vector256<byte>*)text ^ stream;
        *(Vector256<byte>*)text = pair;
        return pair;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Block Differ(Block origin, byte* entry) => origin ^ Vector128.CreateScalar(*(uint*)entry).AsByte();
}
