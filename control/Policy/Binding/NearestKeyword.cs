namespace IpsecDp.Policy.Binding;

/// <summary>Finds the word an operator probably meant.</summary>
internal static class NearestKeyword
{
    private const int LongestCompared = 48;

    // A hundred messages over every name of a huge policy would be the slowest part of refusing it.
    private const int MostCompared = 1000;

    /// <summary>The candidate with the fewest letters to change, or null when none is near.</summary>
    public static string? Find(ReadOnlySpan<char> word, IEnumerable<string> candidates)
    {
        if (word.Length > LongestCompared)
        {
            return null;
        }

        // A third of the letters wrong is another word.
        var nearest = (string?)null;
        var fewest = Math.Max(1, word.Length / 3) + 1;
        foreach (var candidate in candidates.Take(MostCompared))
        {
            var distance = candidate.Length > LongestCompared ? int.MaxValue : Distance(word, candidate);
            if (distance < fewest)
            {
                (nearest, fewest) = (candidate, distance);
            }
        }

        return nearest;
    }

    // Levenshtein with one row, letter case aside.
    private static int Distance(ReadOnlySpan<char> word, string candidate)
    {
        Span<int> row = stackalloc int[LongestCompared + 1];
        for (var i = 0; i <= candidate.Length; i++)
        {
            row[i] = i;
        }

        for (var i = 0; i < word.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i + 1;
            for (var j = 0; j < candidate.Length; j++)
            {
                var above = row[j + 1];
                var change = char.ToUpperInvariant(word[i]) == char.ToUpperInvariant(candidate[j]) ? 0 : 1;
                row[j + 1] = Math.Min(Math.Min(row[j], above) + 1, diagonal + change);
                diagonal = above;
            }
        }

        return row[candidate.Length];
    }
}
