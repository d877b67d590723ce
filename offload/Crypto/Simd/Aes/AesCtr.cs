using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace IpsecDp.Crypto.Simd.Aes;

/// <summary>Counter mode (SP 800-38A §6.5) with the counter in the last four octets, big-endian, as GCM and RFC 3686 have it.</summary>
internal static class AesCtr<TRound>
    where TRound : struct, IAesRound
{
    /// <summary>Adds the key stream that begins at a counter to the text, in place; the nonce's last lane is replaced by the counter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(ReadOnlySpan<Vector128<byte>> keys, Vector128<byte> nonce, uint counter, Span<byte> text)
    {
        while (text.Length >= 16 * AesLanes<TRound>.Count)
        {
            ApplyEight(keys, nonce, counter, text);
            counter += (uint)AesLanes<TRound>.Count;
            text = text[(16 * AesLanes<TRound>.Count)..];
        }

        for (; text.Length >= 16; text = text[16..])
        {
            Vector128<byte> stream = AesLanes<TRound>.Encrypt(keys, At(nonce, counter++));
            (Vector128.Create<byte>(text) ^ stream).CopyTo(text);
        }

        if (!text.IsEmpty)
        {
            ApplyPart(AesLanes<TRound>.Encrypt(keys, At(nonce, counter)), text);
        }
    }

    /// <summary>The counter block: twelve octets of nonce, then the counter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> At(Vector128<byte> nonce, uint counter) =>
        nonce.AsUInt32().WithElement(3, BinaryPrimitives.ReverseEndianness(counter)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ApplyEight(ReadOnlySpan<Vector128<byte>> keys, Vector128<byte> nonce, uint counter, Span<byte> text)
    {
        Vector128<byte> b0 = At(nonce, counter), b1 = At(nonce, counter + 1), b2 = At(nonce, counter + 2), b3 = At(nonce, counter + 3);
        Vector128<byte> b4 = At(nonce, counter + 4), b5 = At(nonce, counter + 5), b6 = At(nonce, counter + 6), b7 = At(nonce, counter + 7);
        AesLanes<TRound>.Encrypt(keys, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);

        Span<Vector128<byte>> blocks = MemoryMarshal.Cast<byte, Vector128<byte>>(text)[..AesLanes<TRound>.Count];
        blocks[0] ^= b0;
        blocks[1] ^= b1;
        blocks[2] ^= b2;
        blocks[3] ^= b3;
        blocks[4] ^= b4;
        blocks[5] ^= b5;
        blocks[6] ^= b6;
        blocks[7] ^= b7;
    }

    private static void ApplyPart(Vector128<byte> stream, Span<byte> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            text[i] ^= stream[i];
        }
    }
}
