namespace IpsecDp.Policy.Text;

/// <summary>One line of policy text, an attribute; or with the block behind it, a statement.</summary>
internal sealed class StatementNode(Word keyword, IReadOnlyList<Word> values)
{
    private List<StatementNode>? _body;

    /// <summary>The first word of the line.</summary>
    public Word Keyword => keyword;

    /// <summary>The words behind the keyword: values, or a statement's name.</summary>
    public IReadOnlyList<Word> Values => values;

    /// <summary>Whether a block follows.</summary>
    public bool IsBlock => _body is not null;

    /// <summary>What stands in the block, in the order of the text.</summary>
    public IReadOnlyList<StatementNode> Body => _body ?? (IReadOnlyList<StatementNode>)[];

    /// <summary>The opening brace was read.</summary>
    public void Open() => _body ??= [];

    /// <summary>Adds a line to the block.</summary>
    public void Add(StatementNode node) => (_body ??= []).Add(node);
}
