using System.Buffers.Binary;

namespace IpsecDp.TestKit.Crypto;

/// <summary>AES-GCM as SP 800-38D words it; GHASH bit by bit.</summary>
public sealed class PlainGcm : IPlainAead
{
    private readonly PlainAes _aes;
    private readonly UInt128 _hashKey;

    /// <summary>Takes a key of 16, 24 or 32 octets.</summary>
    public PlainGcm(ReadOnlySpan<byte> key)
    {
        _aes = new PlainAes(key);
        _hashKey = BinaryPrimitives.ReadUInt128BigEndian(_aes.Encrypt(new byte[16]));
    }

    /// <inheritdoc/>
    public (byte[] Ciphertext, byte[] Tag) Encrypt(byte[] nonce, byte[] plaintext, byte[] aad, int tagLength)
    {
        var first = FirstCounter(nonce);
        var ciphertext = PlainModes.Ctr(_aes, Increment(first), plaintext);
        return (ciphertext, Tag(first, ciphertext, aad)[..tagLength]);
    }

    /// <inheritdoc/>
    public byte[]? Decrypt(byte[] nonce, byte[] ciphertext, byte[] aad, byte[] tag)
    {
        var first = FirstCounter(nonce);
        return Tag(first, ciphertext, aad).AsSpan(0, tag.Length).SequenceEqual(tag) ? PlainModes.Ctr(_aes, Increment(first), ciphertext) : null;
    }

    // SP 800-38D §7.1, step 2: 96 bits stand as they are, any other length is hashed.
    private byte[] FirstCounter(byte[] nonce) => nonce.Length == 12 ? [.. nonce, 0, 0, 0, 1] : Hash([], nonce);

    private static byte[] Increment(byte[] block)
    {
        var next = (byte[])block.Clone();
        BinaryPrimitives.WriteUInt32BigEndian(next.AsSpan(12), BinaryPrimitives.ReadUInt32BigEndian(block.AsSpan(12)) + 1);
        return next;
    }

    private byte[] Tag(byte[] first, byte[] ciphertext, byte[] aad) => PlainModes.Ctr(_aes, first, Hash(aad, ciphertext));

    private byte[] Hash(byte[] aad, byte[] data)
    {
        var sum = UInt128.Zero;
        foreach (var part in new[] { aad, data })
        {
            foreach (var chunk in part.Chunk(16))
            {
                var block = new byte[16];
                chunk.CopyTo(block, 0);
                sum = Multiply(sum ^ BinaryPrimitives.ReadUInt128BigEndian(block));
            }
        }

        sum = Multiply(sum ^ new UInt128(8 * (ulong)aad.Length, 8 * (ulong)data.Length));
        var digest = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(digest, sum);
        return digest;
    }

    // SP 800-38D §6.3: bit 0 is the leftmost; R = 11100001 || 0^120.
    private UInt128 Multiply(UInt128 x)
    {
        var reduction = new UInt128(0xE100_0000_0000_0000, 0);
        var product = UInt128.Zero;
        var factor = _hashKey;
        for (var bit = 127; bit >= 0; bit--)
        {
            if ((x >> bit & 1) == 1)
            {
                product ^= factor;
            }

            factor = (factor & 1) == 1 ? (factor >> 1) ^ reduction : factor >> 1;
        }

        return product;
    }
}
