namespace Architecture.Tests.Source;

/// <summary>A C# file: its path from the root, its text, and its code, which is the text with every comment and literal blanked out, line by line.</summary>
internal sealed record SourceFile(string Path, string Text)
{
    private string? _code;

    /// <summary>The text without comments and literals; as many lines, each as long.</summary>
    public string Code => _code ??= CodeText.Blank(Text);

    /// <summary>How many lines it has.</summary>
    public int Lines => Text.AsSpan().Count('\n') + (Text.EndsWith('\n') ? 0 : 1);

    /// <summary>The file's name without folders.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Reads one of the checkout's files.</summary>
    public static SourceFile Read(string path) => new(path, Checkout.Read(path));
}
