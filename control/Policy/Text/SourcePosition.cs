namespace IpsecDp.Policy.Text;

/// <summary>Where something stands in the operator's text; line and column count from 1, a column in UTF-16 units, 0 when the fault is the whole file's.</summary>
public readonly record struct SourcePosition(string File, int Line, int Column) : IComparable<SourcePosition>
{
    /// <summary>Orders by line, then by column; one compilation reads one file.</summary>
    public int CompareTo(SourcePosition other) => Line == other.Line ? Column.CompareTo(other.Column) : Line.CompareTo(other.Line);

    /// <inheritdoc/>
    public override string ToString() => Line == 0 ? File : $"{File}:{Line}:{Column}";

    public static bool operator <(SourcePosition left, SourcePosition right) => left.CompareTo(right) < 0;

    public static bool operator <=(SourcePosition left, SourcePosition right) => left.CompareTo(right) <= 0;

    public static bool operator >(SourcePosition left, SourcePosition right) => left.CompareTo(right) > 0;

    public static bool operator >=(SourcePosition left, SourcePosition right) => left.CompareTo(right) >= 0;
}
