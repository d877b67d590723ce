using System.Buffers;
using System.Runtime.InteropServices;
using IpsecDp.Policy.Validation;

namespace IpsecDp.Policy.Text;

/// <summary>Builds the tree of statements from lines: z/OS Policy Agent's flat syntax, one attribute per line, braces on lines of their own.</summary>
internal sealed class PolicyReader
{
    private static readonly SearchValues<char> KeywordCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    private readonly PolicyText _text;
    private readonly Findings _findings;
    private readonly Stack<StatementNode> _open = new();
    private readonly List<StatementNode> _statements = [];

    // The line a following brace belongs to.
    private StatementNode? _header;

    // Blocks beyond the allowed depth are not kept, only counted until they close.
    private int _skipped;

    private PolicyReader(PolicyText text, Findings findings)
    {
        _text = text;
        _findings = findings;
    }

    /// <summary>The statements outside of any block; faults are reported and reading goes on behind them.</summary>
    public static IReadOnlyList<StatementNode> Read(PolicyText text, Findings findings)
    {
        var reader = new PolicyReader(text, findings);
        var words = new List<Word>();
        foreach (var line in text.Lines)
        {
            // A file this wrong is another kind of file: nobody reads ten thousand messages.
            if (findings.IsHopeless)
            {
                return reader._statements;
            }

            text.Split(line, words);
            reader.ReadLine(words);
        }

        reader.Finish();
        return reader._statements;
    }

    private void ReadLine(List<Word> words)
    {
        if (words.Count == 0)
        {
            return;
        }

        if (words[0].Is("{") || words[0].Is("}"))
        {
            ReadBrace(words);
            return;
        }

        if (_skipped > 0)
        {
            return;
        }

        ReadStatementLine(words);
    }

    private void ReadBrace(List<Word> words)
    {
        if (words.Count > 1)
        {
            _findings.Error(words[1].Position, ConfigRule.Syntax, "a brace stands on a line of its own");
        }

        if (words[0].Is("{"))
        {
            OpenBlock(words[0]);
            return;
        }

        CloseBlock(words[0]);
    }

    private void OpenBlock(Word brace)
    {
        var header = _header;
        _header = null;
        if (_skipped > 0)
        {
            _skipped++;
            return;
        }

        if (header is null)
        {
            _findings.Error(brace.Position, ConfigRule.Syntax, "this brace opens a block, but no statement stands before it");
            _skipped++;
            return;
        }

        if (_open.Count == TextLimits.Depth)
        {
            _findings.Error(brace.Position, ConfigRule.Syntax, $"blocks are nested deeper than {TextLimits.Depth}");
            _skipped++;
            return;
        }

        header.Open();
        _open.Push(header);
    }

    private void CloseBlock(Word brace)
    {
        _header = null;
        if (_skipped > 0)
        {
            _skipped--;
            return;
        }

        if (!_open.TryPop(out _))
        {
            _findings.Error(brace.Position, ConfigRule.Syntax, "this brace closes a block that was never opened");
        }
    }

    private void ReadStatementLine(List<Word> words)
    {
        _header = null;
        if (!IsKeyword(words[0].Span))
        {
            _findings.Error(words[0].Position, ConfigRule.Syntax, "a line begins with a keyword: letters, digits and underscores");
            return;
        }

        var opensHere = words.Count > 1 && words[^1].Is("{");
        Word[] values = [.. CollectionsMarshal.AsSpan(words)[1..(opensHere ? words.Count - 1 : words.Count)]];
        var node = new StatementNode(words[0], values);
        if (_open.TryPeek(out var block))
        {
            block.Add(node);
        }
        else
        {
            _statements.Add(node);
        }

        _header = node;
        if (opensHere)
        {
            _findings.Error(words[^1].Position, ConfigRule.Syntax, "a brace stands on a line of its own");
            OpenBlock(words[^1]);
        }
    }

    private void Finish()
    {
        if (_skipped > 0)
        {
            _findings.Error(_text.EndPosition, ConfigRule.Syntax, "the text ends inside a block");
        }

        foreach (var block in _open)
        {
            _findings.Error(block.Keyword.Position, ConfigRule.Syntax, $"the block of {block.Keyword.Quote()} is not closed");
        }
    }

    private static bool IsKeyword(ReadOnlySpan<char> word) =>
        word.Length <= TextLimits.KeywordLength && char.IsAsciiLetter(word[0]) && !word.ContainsAnyExcept(KeywordCharacters);
}
