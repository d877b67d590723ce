using System.Buffers;

namespace IpsecDp.Policy.Text;

/// <summary>A run of characters between blanks, still inside the text's own buffer so that a key never becomes a string.</summary>
internal readonly struct Word(ReadOnlyMemory<char> characters, SourcePosition position)
{
    private const int LongestQuoted = 40;
    private const int ShortestKey = 16;
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEFxX");

    /// <summary>Where its first character stands.</summary>
    public SourcePosition Position => position;

    /// <summary>The characters; gone once the text is disposed.</summary>
    public ReadOnlySpan<char> Span => characters.Span;

    /// <summary>Whether the word is the given one, letter case aside.</summary>
    public bool Is(string keyword) => Span.Equals(keyword, StringComparison.OrdinalIgnoreCase);

    /// <summary>The characters as a string; for names and addresses, never for keys.</summary>
    public string Text() => Span.ToString();

    /// <summary>The word in quotes for a message; what is long or could be a misplaced key is not repeated.</summary>
    public string Quote()
    {
        var isKeyLike = Span.Length >= ShortestKey && !Span.ContainsAnyExcept(HexDigits);
        return isKeyLike || Span.Length > LongestQuoted ? "the value" : $"'{Span}'";
    }

    /// <summary>The position only, so that no message carries a key by accident.</summary>
    public override string ToString() => $"word at {position}";
}
