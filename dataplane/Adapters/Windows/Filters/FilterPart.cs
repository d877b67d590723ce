using System.Globalization;

namespace IpsecDp.Adapters.Windows.Filters;

/// <summary>A piece of WinDivert's filter language with what it costs; made so that only forms the language has can come out.</summary>
/// <remarks>A test on a header that is absent is false whatever it asks, so nothing here negates one: what must hold for packets without the header is said by <see cref="If"/>.</remarks>
/// <param name="Text">The text; an alternative stands in parentheses.</param>
/// <param name="Tests">Tests in it, of which the driver takes 255 a filter.</param>
/// <param name="Tokens">Tokens in it, of which the compiler takes about 1,278.</param>
/// <param name="IsExact">Whether it matches nothing but what was asked for.</param>
internal sealed record FilterPart(string Text, int Tests, int Tokens, bool IsExact = true)
{
    /// <summary>Matches everything.</summary>
    public static FilterPart True { get; } = new("true", 1, 1);

    /// <summary>Matches nothing.</summary>
    public static FilterPart False { get; } = new("false", 1, 1);

    /// <summary>Matches everything although less was asked for.</summary>
    public static FilterPart Wider { get; } = True with { IsExact = false };

    /// <summary>A field that is there, or is not 0.</summary>
    public static FilterPart Has(string field) => new(field, 1, 1);

    /// <summary>A field that is not set; for flags of the packet's way, which every packet has.</summary>
    public static FilterPart HasNot(string flag) => new($"not {flag}", 1, 2);

    /// <summary>A field compared with a value.</summary>
    public static FilterPart Test(string field, string comparison, string value) => new($"{field} {comparison} {value}", 1, 3);

    /// <summary>A field that equals a number.</summary>
    public static FilterPart Equal(string field, int value) => Test(field, "==", value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A field from one number to another, both included.</summary>
    public static FilterPart Within(string field, int first, int last) => first == last
        ? Equal(field, first)
        : All(Test(field, ">=", first.ToString(CultureInfo.InvariantCulture)), Test(field, "<=", last.ToString(CultureInfo.InvariantCulture)));

    /// <summary>All of the parts.</summary>
    public static FilterPart All(params IReadOnlyList<FilterPart> parts) => parts.Count == 1 ? parts[0] : Join(" and ", parts, "", "");

    /// <summary>One of the parts at least.</summary>
    public static FilterPart Any(params IReadOnlyList<FilterPart> parts) => parts.Count == 1 ? parts[0] : Join(" or ", parts, "(", ")");

    /// <summary>One part for packets that have a header, the other for those that have not.</summary>
    public static FilterPart If(string header, FilterPart has, FilterPart hasNot) =>
        new($"({header}? {has.Text}: {hasNot.Text})", 1 + has.Tests + hasNot.Tests, 5 + has.Tokens + hasNot.Tokens, has.IsExact && hasNot.IsExact);

    private static FilterPart Join(string word, IReadOnlyList<FilterPart> parts, string open, string close) => new(
        open + string.Join(word, parts.Select(part => part.Text)) + close,
        parts.Sum(part => part.Tests),
        parts.Sum(part => part.Tokens) + parts.Count - 1 + open.Length + close.Length,
        parts.All(part => part.IsExact));
}
