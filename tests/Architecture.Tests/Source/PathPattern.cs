using System.Text.RegularExpressions;

namespace Architecture.Tests.Source;

/// <summary>Patterns of paths as the architecture page writes them: <c>*</c> stands for anything inside a name, a slash at the end for all below a folder.</summary>
internal static class PathPattern
{
    /// <summary>Whether a path fits one of the patterns.</summary>
    public static bool FitsAny(string path, IEnumerable<string> patterns) =>
        patterns.Any(pattern => Regex.IsMatch(path, "^" + Regex.Escape(pattern).Replace("\\*", "[^/]*") + (pattern.EndsWith('/') ? "" : "$")));
}
