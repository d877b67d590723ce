namespace IpsecDp.Policy.Text;

/// <summary>One decoded line with its number in the file.</summary>
internal readonly record struct TextLine(int Number, int Start, int Length);
