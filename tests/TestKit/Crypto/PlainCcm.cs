using System.Buffers.Binary;

namespace IpsecDp.TestKit.Crypto;

/// <summary>AES-CCM as RFC 3610 words it, for nonces of 7 to 13 octets.</summary>
public sealed class PlainCcm(byte[] key) : IPlainAead
{
    private readonly PlainAes _aes = new(key);

    /// <inheritdoc/>
    public (byte[] Ciphertext, byte[] Tag) Encrypt(byte[] nonce, byte[] plaintext, byte[] aad, int tagLength) =>
        (PlainModes.Ctr(_aes, CounterBlock(nonce, 1), plaintext), Tag(nonce, plaintext, aad, tagLength));

    /// <inheritdoc/>
    public byte[]? Decrypt(byte[] nonce, byte[] ciphertext, byte[] aad, byte[] tag)
    {
        var plaintext = PlainModes.Ctr(_aes, CounterBlock(nonce, 1), ciphertext);
        return Tag(nonce, plaintext, aad, tag.Length).SequenceEqual(tag) ? plaintext : null;
    }

    private static byte[] CounterBlock(byte[] nonce, byte counter) => [(byte)(14 - nonce.Length), .. nonce, .. new byte[14 - nonce.Length], counter];

    private byte[] Tag(byte[] nonce, byte[] plaintext, byte[] aad, int tagLength)
    {
        var lengthOctets = 15 - nonce.Length;
        var length = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(length, (ulong)plaintext.Length);
        var flags = (byte)((aad.Length > 0 ? 0x40 : 0) + (8 * ((tagLength - 2) / 2)) + lengthOctets - 1);
        byte[] first = [flags, .. nonce, .. length.AsSpan(8 - lengthOctets)];
        byte[] prefixed = [.. LengthOf(aad), .. aad];
        byte[] message = [.. first, .. prefixed, .. new byte[-prefixed.Length & 15], .. plaintext, .. new byte[-plaintext.Length & 15]];
        var chain = PlainModes.CbcEncrypt(_aes, new byte[16], message)[^16..];
        return PlainModes.Ctr(_aes, CounterBlock(nonce, 0), chain)[..tagLength];
    }

    // RFC 3610 §2.2: two octets below 0xFF00, else FFFE and four.
    private static byte[] LengthOf(byte[] aad)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, aad.Length);
        return aad.Length switch
        {
            0 => [],
            < 0xFF00 => length[2..],
            _ => [0xFF, 0xFE, .. length],
        };
    }
}
