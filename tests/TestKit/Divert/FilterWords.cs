using System.Globalization;
using System.Net;
using System.Numerics;

namespace IpsecDp.TestKit.Divert;

/// <summary>Cuts a filter into its words.</summary>
internal static class FilterWords
{
    private const int LongestWord = 39;
    private static readonly string[] Signs = ["&&", "||", "==", "!=", "<=", ">=", "(", ")", "[", "]", "?", ":", "!", "=", "<", ">", "-"];

    /// <summary>The words; false where a character is none of the language's.</summary>
    public static bool TryCut(string text, out List<string> words)
    {
        words = [];
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            // "::1" begins like the sign that parts a conditional.
            var sign = text.AsSpan(at).StartsWith("::") ? null : Array.Find(Signs, sign => string.CompareOrdinal(text, at, sign, 0, sign.Length) == 0);
            var word = sign ?? Run(text, at);
            if (word.Length is 0 or > LongestWord)
            {
                return false;
            }

            words.Add(word);
            at += word.Length;
        }

        return true;
    }

    /// <summary>Reads a number, an address or a macro.</summary>
    public static bool TryReadValue(string word, out BigInteger value)
    {
        value = word switch
        {
            "TRUE" => 1,
            "FALSE" or "PACKET" => 0,
            "TCP" => 6,
            "UDP" => 17,
            "ICMP" => 1,
            "ICMPV6" => 58,
            _ => -1,
        };
        if (value >= 0)
        {
            return true;
        }

        if (word.StartsWith("0x", StringComparison.Ordinal))
        {
            return BigInteger.TryParse("0" + word[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
        }

        if (word.All(char.IsAsciiDigit))
        {
            return BigInteger.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value < BigInteger.One << 128;
        }

        var isAddress = word.Contains(':', StringComparison.Ordinal) || word.Count(character => character == '.') == 3;
        if (!isAddress || !IPAddress.TryParse(word, out var address))
        {
            return false;
        }

        value = new BigInteger(address.MapToIPv6().GetAddressBytes(), isUnsigned: true, isBigEndian: true);
        return true;
    }

    private static string Run(string text, int at)
    {
        var end = at;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '.' or '_' or ':'))
        {
            end++;
        }

        var run = text[at..end];
        if (!run.Contains(':', StringComparison.Ordinal))
        {
            return run;
        }

        var trimmed = run.EndsWith(':') && !run.EndsWith("::", StringComparison.Ordinal) ? run[..^1] : run;
        return IPAddress.TryParse(trimmed, out _) && trimmed.Contains(':', StringComparison.Ordinal) ? trimmed : run.Count(character => character == ':') >= 2 ? trimmed : run[..run.IndexOf(':', StringComparison.Ordinal)];
    }
}
