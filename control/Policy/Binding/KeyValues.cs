using System.Buffers;
using System.Security.Cryptography;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Policy.Config;
using IpsecDp.Policy.Text;
using IpsecDp.Policy.Validation;

namespace IpsecDp.Policy.Binding;

/// <summary>Keys and SPIs; no message of this file repeats a word of a key.</summary>
internal static class KeyValues
{
    // SHA-512's key has 64 octets, the longest; the rest is room for an error that names the length given.
    private const int Longest = 512;

    /// <summary><c>Hex</c> digits, or <c>Ascii</c> characters taken as octets.</summary>
    public static bool Key(ValueCursor cursor, out KeyMaterial key)
    {
        key = null!;
        if (!cursor.TryTake("Hex or Ascii and the key", out var form))
        {
            return false;
        }

        var isHex = form.Is("Hex");
        if (!isHex && !form.Is("Ascii"))
        {
            return cursor.Refuse(form, ConfigRule.Key, "a key begins with Hex or Ascii");
        }

        if (!cursor.TryTake("the key behind Hex or Ascii", out var word))
        {
            return false;
        }

        if (cursor.TryPeek(out var rest))
        {
            return cursor.Refuse(rest, ConfigRule.Key, "a key is one word without blanks");
        }

        Span<byte> octets = stackalloc byte[Longest];
        var length = isHex ? DecodeHex(cursor, word, octets) : DecodeAscii(cursor, word, octets);
        if (length >= 0)
        {
            key = new KeyMaterial(new SecretBytes(octets[..length]), word.Position);
        }

        CryptographicOperations.ZeroMemory(octets);
        return length >= 0;
    }

    /// <summary>A security parameter index, decimal or behind 0x.</summary>
    public static bool Spi(ValueCursor cursor, out uint spi)
    {
        spi = 0;
        return cursor.TryTake("an SPI", out var word)
            && (NumberText.TryParseSpi(word.Span, out spi) || cursor.Refuse(word, ConfigRule.Spi, $"{word.Quote()} is not an SPI: a number up to 4294967295 or 0xFFFFFFFF"));
    }

    private static int DecodeHex(ValueCursor cursor, Word word, Span<byte> octets)
    {
        var digits = word.Span.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? word.Span[2..] : word.Span;
        if (digits.Length % 2 != 0)
        {
            return Refused(cursor, word, "the key has an odd number of hexadecimal digits");
        }

        if (digits.Length / 2 > octets.Length)
        {
            return Refused(cursor, word, $"the key has {digits.Length / 2} octets, more than any algorithm's");
        }

        return Convert.FromHexString(digits, octets, out _, out var written) == OperationStatus.Done
            ? written
            : Refused(cursor, word, "the key holds characters that are not hexadecimal digits");
    }

    private static int DecodeAscii(ValueCursor cursor, Word word, Span<byte> octets)
    {
        if (word.Span.Length > octets.Length)
        {
            return Refused(cursor, word, $"the key has {word.Span.Length} octets, more than any algorithm's");
        }

        return System.Text.Ascii.FromUtf16(word.Span, octets, out var written) == OperationStatus.Done
            ? written
            : Refused(cursor, word, "the key holds characters that are not ASCII");
    }

    private static int Refused(ValueCursor cursor, Word word, string text)
    {
        cursor.Refuse(word, ConfigRule.Key, text);
        return -1;
    }
}
