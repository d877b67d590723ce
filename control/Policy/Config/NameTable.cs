using System.Diagnostics.CodeAnalysis;

namespace IpsecDp.Policy.Config;

/// <summary>The global statements of one kind by their case-sensitive names, in the order of the text.</summary>
internal sealed class NameTable<T>(string keyword)
    where T : class, INamedStatement
{
    private readonly Dictionary<string, T> _byName = new(StringComparer.Ordinal);
    private readonly List<T> _all = [];

    /// <summary>The statement's keyword.</summary>
    public string Keyword => keyword;

    /// <summary>Every statement, a second of a name too.</summary>
    public IReadOnlyList<T> All => _all;

    /// <summary>Adds a statement; false, with the first of that name, when the name is taken.</summary>
    public bool TryAdd(T statement, [NotNullWhen(false)] out T? first)
    {
        _all.Add(statement);
        first = _byName.TryAdd(statement.Name, statement) ? null : _byName[statement.Name];
        return first is null;
    }

    /// <summary>The statement of a name, or null.</summary>
    public T? Find(string name) => _byName.GetValueOrDefault(name);
}
