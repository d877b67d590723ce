using IpsecDp.Policy.Text;
using IpsecDp.Policy.Validation;

namespace IpsecDp.Policy.Binding;

/// <summary>Lifetimes: a soft limit and a hard one, or a hard one alone.</summary>
internal static class LifetimeValues
{
    /// <summary>Packets or seconds.</summary>
    public static bool Numbers(ValueCursor cursor, out (ulong Soft, ulong Hard) limits) => Pair(cursor, TryNumber, "a number from 1 to 4294967295", out limits);

    /// <summary>Octets, with K, M, G or T for powers of 1024.</summary>
    public static bool Octets(ValueCursor cursor, out (ulong Soft, ulong Hard) limits) =>
        Pair(cursor, NumberText.TryParseOctets, "a number of octets, with K, M, G or T where it is long", out limits);

    private static bool Pair(ValueCursor cursor, LimitText parse, string form, out (ulong Soft, ulong Hard) limits)
    {
        limits = (ulong.MaxValue, ulong.MaxValue);
        if (!cursor.TryTake("a soft and a hard limit", out var word) || !TryLimit(cursor, word, parse, form, out var first))
        {
            return false;
        }

        if (cursor.IsAtEnd)
        {
            limits.Hard = first;
            return true;
        }

        if (!cursor.TryTake(form, out var second) || !TryLimit(cursor, second, parse, form, out var hard))
        {
            return false;
        }

        limits = (first, hard);
        return first <= hard || cursor.Refuse(second, ConfigRule.Value, "the hard limit lies before the soft one");
    }

    private static bool TryLimit(ValueCursor cursor, Word word, LimitText parse, string form, out ulong limit) =>
        (parse(word.Span, out limit) && limit > 0) || cursor.Refuse(word, ConfigRule.Value, $"{word.Quote()} is not {form}");

    private static bool TryNumber(ReadOnlySpan<char> text, out ulong number)
    {
        var isRead = NumberText.TryParse(text, out var digits);
        number = digits;
        return isRead;
    }

    private delegate bool LimitText(ReadOnlySpan<char> text, out ulong limit);
}
