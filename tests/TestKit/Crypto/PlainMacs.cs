using System.Numerics;
using System.Security.Cryptography;

namespace IpsecDp.TestKit.Crypto;

/// <summary>HMAC, CMAC and XCBC as their documents word them; whole codes, uncut.</summary>
public static class PlainMacs
{
    /// <summary>RFC 2104 §2: H(K ^ opad, H(K ^ ipad, text)).</summary>
    public static byte[] Hmac(Func<byte[], byte[]> hash, int blockLength, byte[] key, byte[] message)
    {
        var shortKey = key.Length > blockLength ? hash(key) : key;
        byte[] whole = [.. shortKey, .. new byte[blockLength - shortKey.Length]];
        byte[] inner = [.. whole.Select(octet => (byte)(octet ^ 0x36))];
        byte[] outer = [.. whole.Select(octet => (byte)(octet ^ 0x5C))];
        return hash([.. outer, .. hash([.. inner, .. message])]);
    }

    /// <summary>HMAC-MD5.</summary>
    public static byte[] HmacMd5(byte[] key, byte[] message) => Hmac(MD5.HashData, 64, key, message);

    /// <summary>HMAC-SHA-1.</summary>
    public static byte[] HmacSha1(byte[] key, byte[] message) => Hmac(SHA1.HashData, 64, key, message);

    /// <summary>HMAC-SHA-256.</summary>
    public static byte[] HmacSha256(byte[] key, byte[] message) => Hmac(SHA256.HashData, 64, key, message);

    /// <summary>HMAC-SHA-384.</summary>
    public static byte[] HmacSha384(byte[] key, byte[] message) => Hmac(SHA384.HashData, 128, key, message);

    /// <summary>HMAC-SHA-512.</summary>
    public static byte[] HmacSha512(byte[] key, byte[] message) => Hmac(SHA512.HashData, 128, key, message);

    /// <summary>RFC 4493 §2: subkeys are the encryption of zero times x and x^2 in GF(2^128).</summary>
    public static byte[] Cmac(byte[] key, byte[] message)
    {
        var cipher = new PlainAes(key);
        var k1 = TimesX(cipher.Encrypt(new byte[16]));
        return Chain(cipher, k1, TimesX(k1), message);
    }

    /// <summary>RFC 3566 §4.</summary>
    public static byte[] Xcbc(byte[] key, byte[] message)
    {
        var cipher = new PlainAes(key);
        byte[] Derive(byte constant) => cipher.Encrypt(Enumerable.Repeat(constant, 16).ToArray());
        return Chain(new PlainAes(Derive(1)), Derive(2), Derive(3), message);
    }

    private static byte[] Chain(PlainAes cipher, byte[] whole, byte[] partial, byte[] message)
    {
        var lastStart = message.Length == 0 ? 0 : (message.Length - 1) / 16 * 16;
        var last = message[lastStart..];
        var masked = last.Length == 16
            ? PlainModes.Xor(last, whole)
            : PlainModes.Xor([.. last, 0x80, .. new byte[15 - last.Length]], partial);
        return PlainModes.CbcEncrypt(cipher, new byte[16], [.. message[..lastStart], .. masked])[^16..];
    }

    private static byte[] TimesX(byte[] block)
    {
        var shifted = new BigInteger(block, isUnsigned: true, isBigEndian: true) << 1;
        if (shifted >> 128 == 1)
        {
            shifted ^= (BigInteger.One << 128) + 0x87;
        }

        var bytes = shifted.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[16 - bytes.Length], .. bytes];
    }
}
