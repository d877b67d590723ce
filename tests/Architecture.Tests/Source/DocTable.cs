using System.Text.RegularExpressions;

namespace Architecture.Tests.Source;

/// <summary>Tables of a Markdown page, so that a law is read where people read it.</summary>
internal static partial class DocTable
{
    /// <summary>The cells of the rows of the first table below a heading, without its head.</summary>
    public static IReadOnlyList<string[]> Below(string page, string heading)
    {
        var lines = page.Split('\n').SkipWhile(line => line.TrimStart('#', ' ').Trim() != heading || !line.StartsWith('#')).Skip(1);
        var rows = lines
            .TakeWhile(line => !line.StartsWith('#'))
            .SkipWhile(line => !line.StartsWith('|'))
            .TakeWhile(line => line.StartsWith('|'))
            .Skip(2)
            .Select(line => line.Trim().Trim('|').Split('|', StringSplitOptions.TrimEntries))
            .ToList();
        return rows.Count > 0 ? rows : throw new InvalidOperationException($"no table below '{heading}'");
    }

    /// <summary>What stands between backticks.</summary>
    public static IEnumerable<string> Quoted(string cell) => Backticks().Matches(cell).Select(match => match.Groups["text"].Value);

    [GeneratedRegex("`(?<text>[^`]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Backticks();
}
