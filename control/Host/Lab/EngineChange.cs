using System.Globalization;

namespace IpsecDp.Host.Lab;

/// <summary>An engine varied off or on so long after traffic began.</summary>
internal sealed record EngineChange(TimeSpan At, int Engine, bool IsOn)
{
    private const double LongestSeconds = 86400;

    /// <summary>Reads <c>0:off@1.5,0:on@3</c>, in the order of time; false with a sentence for anything else.</summary>
    public static bool TryParse(string text, out IReadOnlyList<EngineChange> changes, out string error)
    {
        List<EngineChange> read = [];
        (changes, error) = ([], string.Empty);
        foreach (var word in text.Split(','))
        {
            var (colon, at) = (word.IndexOf(':', StringComparison.Ordinal), word.IndexOf('@', StringComparison.Ordinal));
            if (colon <= 0 || at < colon
                || !int.TryParse(word.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var engine)
                || word[(colon + 1)..at] is not ("off" or "on")
                || !double.TryParse(word.AsSpan(at + 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
                || seconds > LongestSeconds)
            {
                error = $"'{word}' is no change of an engine, as 0:off@1.5";
                return false;
            }

            read.Add(new EngineChange(TimeSpan.FromSeconds(seconds), engine, word[(colon + 1)..at] == "on"));
        }

        changes = [.. read.OrderBy(change => change.At)];
        return true;
    }
}
