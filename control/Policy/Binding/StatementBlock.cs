using IpsecDp.Policy.Config;
using IpsecDp.Policy.Text;
using IpsecDp.Policy.Validation;

namespace IpsecDp.Policy.Binding;

/// <summary>One statement while it is bound: each attribute is asked for by its keyword, and what nobody asked for is unknown.</summary>
internal sealed class StatementBlock
{
    private readonly StatementNode _node;
    private readonly Findings _findings;
    private readonly Dictionary<string, List<StatementNode>> _lines = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes the lines of a block.</summary>
    public StatementBlock(StatementNode node, Findings findings)
    {
        _node = node;
        _findings = findings;
        foreach (var line in node.Body)
        {
            var keyword = line.Keyword.Text();
            if (!_lines.TryGetValue(keyword, out var same))
            {
                _lines.Add(keyword, same = []);
            }

            same.Add(line);
        }
    }

    /// <summary>The statement's keyword, as it is written.</summary>
    public string Keyword => _node.Keyword.Text();

    /// <summary>Where the statement's keyword stands.</summary>
    public SourcePosition Position => _node.Keyword.Position;

    /// <summary>Keywords of the lines, right or wrong, so that a wrong line is not called missing too.</summary>
    public IReadOnlySet<string> Given => new HashSet<string>(_lines.Keys, StringComparer.OrdinalIgnoreCase);

    /// <summary>The statement's name, or for an inline one without a name one made of its keyword and line.</summary>
    public string Name(bool isInline)
    {
        var fallback = $"{_node.Keyword.Text()}@{Position.Line}";
        if (_node.Values.Count == 0)
        {
            return isInline ? fallback : Refuse(Position, ConfigRule.Missing, $"{_node.Keyword.Text()} needs a name here", fallback);
        }

        if (_node.Values.Count > 1)
        {
            _findings.Warn(_node.Values[1].Position, ConfigRule.Ignored, "the text behind the name is ignored");
        }

        return NameText.TryRead(_node.Values[0], _findings, out var name) ? name : fallback;
    }

    /// <summary>The value of an attribute that may stand once; null when absent or wrong.</summary>
    public Placed<T>? One<T>(string keyword, ValueParser<T> parser)
    {
        if (Single(keyword) is not { } line)
        {
            return null;
        }

        return Parse(line, parser);
    }

    /// <summary>The value of an attribute that may stand once, or what holds without it.</summary>
    public T One<T>(string keyword, ValueParser<T> parser, T fallback) => One(keyword, parser) is { } placed ? placed.Value : fallback;

    /// <summary>The values of an attribute that may stand several times.</summary>
    public IReadOnlyList<Placed<T>> Many<T>(string keyword, ValueParser<T> parser) =>
        [.. InOrder(keyword).Where(IsAttribute).Select(line => Parse(line, parser)).OfType<Placed<T>>()];

    /// <summary>A reference to a name; null when absent or wrong.</summary>
    public NameReference? Reference(string keyword) => Single(keyword) is { } line && IsAttribute(line) ? ReferenceOf(line) : null;

    /// <summary>The name an attribute line refers to; null when it is wrong.</summary>
    public NameReference? ReferenceOf(StatementNode line)
    {
        var cursor = new ValueCursor(line, _findings);
        if (!cursor.TryTake("a name", out var word) || !NameText.TryRead(word, _findings, out var name))
        {
            return null;
        }

        cursor.Close();
        return new NameReference(name, word.Position);
    }

    /// <summary>Lines of the given keywords in the order of the text.</summary>
    public IEnumerable<StatementNode> InOrder(params ReadOnlySpan<string> keywords)
    {
        foreach (var keyword in keywords)
        {
            _known.Add(keyword);
        }

        // From the index, not the body: a statement of a million lines is asked for twenty keywords.
        var found = new List<StatementNode>();
        foreach (var keyword in keywords)
        {
            found.AddRange(_lines.GetValueOrDefault(keyword) ?? []);
        }

        return keywords.Length == 1 ? found : found.OrderBy(line => line.Keyword.Position);
    }

    /// <summary>The line of a keyword that may stand once, whatever its shape; a second one is an error.</summary>
    public StatementNode? Single(string keyword)
    {
        _known.Add(keyword);
        if (!_lines.TryGetValue(keyword, out var same))
        {
            return null;
        }

        foreach (var second in same.Skip(1))
        {
            _findings.Error(second.Keyword.Position, ConfigRule.Duplicate, $"{keyword} is given twice; the first stands at {same[0].Keyword.Position}");
        }

        return same[0];
    }

    /// <summary>Refuses z/OS attributes that this version knows but does not serve; returns whether one was there.</summary>
    public bool Refuse(ConfigRule rule, string reason, params ReadOnlySpan<string> keywords)
    {
        var found = false;
        foreach (var line in InOrder(keywords))
        {
            found = true;
            _findings.Error(line.Keyword.Position, rule, $"{line.Keyword.Text()} {reason}");
        }

        return found;
    }

    /// <summary>Reports when none of the keywords stands in the block.</summary>
    public void Require(params ReadOnlySpan<string> keywords)
    {
        if (!InOrder(keywords).Any())
        {
            _findings.Error(Position, ConfigRule.Missing, $"{_node.Keyword.Text()} needs {string.Join(" or ", keywords.ToArray())}");
        }
    }

    /// <summary>Whether a line is a block; reports when it is not.</summary>
    public bool IsStatement(StatementNode line)
    {
        if (!line.IsBlock)
        {
            _findings.Error(line.Keyword.Position, ConfigRule.Missing, $"{line.Keyword.Text()} needs a block in braces on the lines behind it");
        }

        return line.IsBlock;
    }

    /// <summary>Whether a line has no block; reports when it has one.</summary>
    public bool IsAttribute(StatementNode line)
    {
        if (line.IsBlock)
        {
            _findings.Error(line.Keyword.Position, ConfigRule.Syntax, $"{line.Keyword.Text()} takes a value, not a block");
        }

        return !line.IsBlock;
    }

    /// <summary>Reports every line nobody asked for.</summary>
    public void Close()
    {
        foreach (var line in _node.Body)
        {
            if (!_known.Contains(line.Keyword.Text()))
            {
                _findings.Error(line.Keyword.Position, ConfigRule.UnknownKeyword, UnknownText(line.Keyword));
            }
        }
    }

    private Placed<T>? Parse<T>(StatementNode line, ValueParser<T> parser)
    {
        var cursor = new ValueCursor(line, _findings);
        if (!IsAttribute(line) || !parser(cursor, out var value))
        {
            return null;
        }

        cursor.Close();
        return new Placed<T>(value, line.Values.Count == 0 ? line.Keyword.Position : line.Values[0].Position);
    }

    private string UnknownText(Word keyword)
    {
        // Only a word that resembles a keyword is repeated: another one may be a key on a line of its own.
        var statement = _node.Keyword.Text();
        return !_findings.IsFull && NearestKeyword.Find(keyword.Span, _known) is { } nearest
            ? $"'{keyword.Text()}' is not known in {statement}; {nearest} may be meant"
            : $"this keyword is not known in {statement}";
    }

    private T Refuse<T>(SourcePosition position, ConfigRule rule, string text, T fallback)
    {
        _findings.Error(position, rule, text);
        return fallback;
    }
}
