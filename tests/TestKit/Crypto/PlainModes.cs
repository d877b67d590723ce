using System.Buffers.Binary;

namespace IpsecDp.TestKit.Crypto;

/// <summary>CBC and CTR as SP 800-38A words them.</summary>
public static class PlainModes
{
    /// <summary>SP 800-38A §6.2; the plaintext is whole blocks.</summary>
    public static byte[] CbcEncrypt(IPlainBlockCipher cipher, byte[] iv, byte[] plaintext)
    {
        var ciphertext = new byte[plaintext.Length];
        var previous = iv;
        for (var i = 0; i < plaintext.Length; i += cipher.BlockLength)
        {
            previous = cipher.Encrypt(Xor(plaintext.AsSpan(i, cipher.BlockLength), previous));
            previous.CopyTo(ciphertext, i);
        }

        return ciphertext;
    }

    /// <summary>The inverse; the ciphertext is whole blocks.</summary>
    public static byte[] CbcDecrypt(IPlainBlockCipher cipher, byte[] iv, byte[] ciphertext)
    {
        var plaintext = new byte[ciphertext.Length];
        var previous = iv;
        for (var i = 0; i < ciphertext.Length; i += cipher.BlockLength)
        {
            var block = ciphertext.AsSpan(i, cipher.BlockLength);
            Xor(cipher.Decrypt(block), previous).CopyTo(plaintext, i);
            previous = block.ToArray();
        }

        return plaintext;
    }

    /// <summary>SP 800-38A §6.5 with a 32-bit counter in the last octets of the block.</summary>
    public static byte[] Ctr(IPlainBlockCipher cipher, byte[] firstBlock, byte[] data)
    {
        var result = (byte[])data.Clone();
        var counter = (byte[])firstBlock.Clone();
        for (var i = 0; i < data.Length; i += 16)
        {
            var keystream = cipher.Encrypt(counter);
            for (var j = i; j < Math.Min(i + 16, data.Length); j++)
            {
                result[j] ^= keystream[j - i];
            }

            BinaryPrimitives.WriteUInt32BigEndian(counter.AsSpan(12), BinaryPrimitives.ReadUInt32BigEndian(counter.AsSpan(12)) + 1);
        }

        return result;
    }

    /// <summary>Octet by octet; both have one length.</summary>
    public static byte[] Xor(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        var sum = a.ToArray();
        for (var i = 0; i < sum.Length; i++)
        {
            sum[i] ^= b[i];
        }

        return sum;
    }
}
