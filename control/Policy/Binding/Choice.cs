using System.Diagnostics.CodeAnalysis;
using IpsecDp.Policy.Validation;

namespace IpsecDp.Policy.Binding;

/// <summary>Values that are one of a few words.</summary>
internal static class Choice
{
    /// <summary>Yes or No; On and Off mean the same, as z/OS writes some attributes.</summary>
    public static ValueParser<bool> YesNo { get; } = Of(("Yes", true), ("No", false), ("On", true), ("Off", false));

    /// <summary>A parser of the given words, letter case aside.</summary>
    public static ValueParser<T> Of<T>(params (string Word, T Value)[] choices) =>
        (ValueCursor cursor, [MaybeNullWhen(false)] out T value) =>
        {
            value = default;
            if (!cursor.TryTake($"one of {List(choices)}", out var word))
            {
                return false;
            }

            foreach (var choice in choices)
            {
                if (word.Is(choice.Word))
                {
                    value = choice.Value;
                    return true;
                }
            }

            return cursor.Refuse(word, ConfigRule.Value, $"{word.Quote()} is not one of {List(choices)}");
        };

    private static string List<T>((string Word, T Value)[] choices) => string.Join(", ", choices.Select(c => c.Word));
}
