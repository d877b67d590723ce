using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Config;

/// <summary>A statement another one uses: coded inline, by <c>…Ref</c>, or a whole group by <c>…GroupRef</c>; exactly one of the three is set.</summary>
internal sealed record Use<T>(T? Inline, NameReference? Reference, NameReference? Group)
    where T : class, INamedStatement
{
    /// <summary>Where it is used.</summary>
    public SourcePosition Position => Inline?.Position ?? (Reference ?? Group)!.Position;

    /// <summary>The statement it leads to; null when it dangles or names a group.</summary>
    public T? In(NameTable<T> table) => Inline ?? (Reference is { } reference ? table.Find(reference.Name) : null);
}
