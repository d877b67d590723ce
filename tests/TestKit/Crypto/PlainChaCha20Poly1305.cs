using System.Buffers.Binary;
using System.Numerics;

namespace IpsecDp.TestKit.Crypto;

/// <summary>ChaCha20-Poly1305 as RFC 8439 words it; Poly1305 with whole numbers modulo 2^130 - 5.</summary>
public sealed class PlainChaCha20Poly1305(byte[] key) : IPlainAead
{
    private static readonly BigInteger Prime = (BigInteger.One << 130) - 5;
    private static readonly BigInteger ClampMask = BigInteger.Parse("0ffffffc0ffffffc0ffffffc0fffffff", System.Globalization.NumberStyles.HexNumber, null);

    /// <inheritdoc/>
    public (byte[] Ciphertext, byte[] Tag) Encrypt(byte[] nonce, byte[] plaintext, byte[] aad, int tagLength)
    {
        var ciphertext = Xor(nonce, plaintext);
        return (ciphertext, Tag(nonce, ciphertext, aad)[..tagLength]);
    }

    /// <inheritdoc/>
    public byte[]? Decrypt(byte[] nonce, byte[] ciphertext, byte[] aad, byte[] tag) =>
        Tag(nonce, ciphertext, aad).AsSpan(0, tag.Length).SequenceEqual(tag) ? Xor(nonce, ciphertext) : null;

    // RFC 8439 §2.8: AAD and ciphertext each filled up to 16, then both lengths.
    private byte[] Tag(byte[] nonce, byte[] ciphertext, byte[] aad)
    {
        var lengths = new byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(lengths, aad.Length);
        BinaryPrimitives.WriteInt64LittleEndian(lengths.AsSpan(8), ciphertext.Length);
        return Poly1305(Block(nonce, 0)[..32], [.. aad, .. Fill(aad.Length), .. ciphertext, .. Fill(ciphertext.Length), .. lengths]);
    }

    private static byte[] Fill(int length) => new byte[-length & 15];

    private byte[] Xor(byte[] nonce, byte[] data)
    {
        var result = (byte[])data.Clone();
        for (var i = 0; i < data.Length; i += 64)
        {
            var keystream = Block(nonce, 1 + (uint)(i / 64));
            for (var j = i; j < Math.Min(i + 64, data.Length); j++)
            {
                result[j] ^= keystream[j - i];
            }
        }

        return result;
    }

    // RFC 8439 §2.5.
    private static byte[] Poly1305(byte[] oneTimeKey, byte[] message)
    {
        var r = new BigInteger(oneTimeKey.AsSpan(0, 16), isUnsigned: true) & ClampMask;
        var s = new BigInteger(oneTimeKey.AsSpan(16), isUnsigned: true);
        var accumulator = BigInteger.Zero;
        foreach (var block in message.Chunk(16))
        {
            accumulator = (accumulator + new BigInteger([.. block, 1], isUnsigned: true)) * r % Prime;
        }

        var tag = new byte[17];
        ((accumulator + s) & ((BigInteger.One << 128) - 1)).TryWriteBytes(tag, out _, isUnsigned: true);
        return tag[..16];
    }

    // RFC 8439 §2.3.
    private byte[] Block(byte[] nonce, uint counter)
    {
        uint[] initial = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, .. Words(key), counter, .. Words(nonce)];
        var state = (uint[])initial.Clone();
        for (var round = 0; round < 10; round++)
        {
            for (var column = 0; column < 4; column++)
            {
                QuarterRound(state, column, column + 4, column + 8, column + 12);
            }

            for (var diagonal = 0; diagonal < 4; diagonal++)
            {
                QuarterRound(state, diagonal, 4 + ((diagonal + 1) % 4), 8 + ((diagonal + 2) % 4), 12 + ((diagonal + 3) % 4));
            }
        }

        var block = new byte[64];
        for (var i = 0; i < 16; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(4 * i), state[i] + initial[i]);
        }

        return block;
    }

    private static IEnumerable<uint> Words(byte[] octets) => octets.Chunk(4).Select(four => BinaryPrimitives.ReadUInt32LittleEndian(four));

    private static void QuarterRound(uint[] s, int a, int b, int c, int d)
    {
        s[a] += s[b];
        s[d] = BitOperations.RotateLeft(s[d] ^ s[a], 16);
        s[c] += s[d];
        s[b] = BitOperations.RotateLeft(s[b] ^ s[c], 12);
        s[a] += s[b];
        s[d] = BitOperations.RotateLeft(s[d] ^ s[a], 8);
        s[c] += s[d];
        s[b] = BitOperations.RotateLeft(s[b] ^ s[c], 7);
    }
}
