using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace IpsecDp.Crypto.Simd.Aes;

/// <summary>Cipher block chaining (SP 800-38A §6.2), in place, whole blocks only.</summary>
internal static class AesCbc<TRound>
    where TRound : struct, IAesRound
{
    /// <summary>Encrypts; each block waits for the one before, so one packet alone leaves most of the pipe idle (see <see cref="AesCbcJob{TRound}"/>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Encrypt(ReadOnlySpan<Vector128<byte>> keys, Vector128<byte> iv, Span<byte> text)
    {
        Debug.Assert(text.Length % 16 == 0, "CBC knows whole blocks only");
        Vector128<byte> chain = iv;
        foreach (ref Vector128<byte> block in MemoryMarshal.Cast<byte, Vector128<byte>>(text))
        {
            chain = AesLanes<TRound>.Encrypt(keys, block ^ chain);
            block = chain;
        }
    }

    /// <summary>Decrypts with keys of the inverse cipher, eight blocks in flight: here every block is known from the start.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Decrypt(ReadOnlySpan<Vector128<byte>> keys, Vector128<byte> iv, Span<byte> text)
    {
        Debug.Assert(text.Length % 16 == 0, "CBC knows whole blocks only");
        Span<Vector128<byte>> blocks = MemoryMarshal.Cast<byte, Vector128<byte>>(text);
        Vector128<byte> chain = iv;
        for (; blocks.Length >= AesLanes<TRound>.Count; blocks = blocks[AesLanes<TRound>.Count..])
        {
            chain = DecryptEight(keys, chain, blocks[..AesLanes<TRound>.Count]);
        }

        foreach (ref Vector128<byte> block in blocks)
        {
            Vector128<byte> next = block;
            block = AesLanes<TRound>.Decrypt(keys, block) ^ chain;
            chain = next;
        }
    }

    // Gives the last block as it was, which the next group is chained to. The ciphertext of the others is read a second time before it
    // is overwritten, from the last block to the first.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> DecryptEight(ReadOnlySpan<Vector128<byte>> keys, Vector128<byte> chain, Span<Vector128<byte>> blocks)
    {
        Vector128<byte> b0 = blocks[0], b1 = blocks[1], b2 = blocks[2], b3 = blocks[3];
        Vector128<byte> b4 = blocks[4], b5 = blocks[5], b6 = blocks[6], b7 = blocks[7];
        Vector128<byte> last = b7;
        AesLanes<TRound>.Decrypt(keys, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
        blocks[7] = b7 ^ blocks[6];
        blocks[6] = b6 ^ blocks[5];
        blocks[5] = b5 ^ blocks[4];
        blocks[4] = b4 ^ blocks[3];
        blocks[3] = b3 ^ blocks[2];
        blocks[2] = b2 ^ blocks[1];
        blocks[1] = b1 ^ blocks[0];
        blocks[0] = b0 ^ chain;
        return last;
    }
}
