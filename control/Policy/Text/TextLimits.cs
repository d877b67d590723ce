namespace IpsecDp.Policy.Text;

/// <summary>How much text a policy may be: what lies beyond is refused at once, so that a wrong file cannot hold the reader.</summary>
internal static class TextLimits
{
    /// <summary>Octets of a file.</summary>
    public const int Octets = 16 * 1024 * 1024;

    /// <summary>Lines of a file.</summary>
    public const int Lines = 1_000_000;

    /// <summary>Octets of a line; the longest key takes 200.</summary>
    public const int LineOctets = 2048;

    /// <summary>Words read of a line; no attribute has more than four.</summary>
    public const int LineWords = 12;

    /// <summary>Blocks inside blocks; the statements need three.</summary>
    public const int Depth = 8;

    /// <summary>Characters of a keyword.</summary>
    public const int KeywordLength = 48;

    /// <summary>Characters of a name (z/OS).</summary>
    public const int NameLength = 32;
}
