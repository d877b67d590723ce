namespace IpsecDp.Ike.Messages.Values;

/// <summary>Makes lists for collection expressions.</summary>
public static class ValueListBuilder
{
    /// <summary>A list of a copy of the items.</summary>
    public static ValueList<T> Create<T>(ReadOnlySpan<T> items) => items.IsEmpty ? ValueList<T>.Empty : new(items.ToArray());
}
