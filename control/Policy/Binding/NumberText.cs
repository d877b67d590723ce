using System.Globalization;

namespace IpsecDp.Policy.Binding;

/// <summary>Numbers as z/OS takes them: decimal digits only, 4294967295 at most.</summary>
internal static class NumberText
{
    /// <summary>Reads digits; signs, blanks and separators are refused.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out uint number) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    /// <summary>Reads digits, or hexadecimal digits behind <c>0x</c> as SPIs are printed everywhere.</summary>
    public static bool TryParseSpi(ReadOnlySpan<char> text, out uint number) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? uint.TryParse(text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
            : TryParse(text, out number);

    /// <summary>Reads digits with an optional K, M, G or T behind them (powers of 1024).</summary>
    public static bool TryParseOctets(ReadOnlySpan<char> text, out ulong octets)
    {
        octets = 0;
        if (text.IsEmpty)
        {
            return false;
        }

        var shift = char.ToUpperInvariant(text[^1]) switch { 'K' => 10, 'M' => 20, 'G' => 30, 'T' => 40, _ => 0 };
        if (!TryParse(shift == 0 ? text : text[..^1], out var number))
        {
            return false;
        }

        // 32 bits and a shift of 40 stay within 64 plus eight; what does not fit is refused.
        octets = (ulong)number << shift;
        return octets >> shift == number;
    }
}
