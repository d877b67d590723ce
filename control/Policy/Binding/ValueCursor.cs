using IpsecDp.Policy.Text;
using IpsecDp.Policy.Validation;

namespace IpsecDp.Policy.Binding;

/// <summary>Walks over the words behind a keyword and reports what is wrong with them where they stand.</summary>
internal sealed class ValueCursor(StatementNode node, Findings findings)
{
    private int _next;

    /// <summary>The attribute itself.</summary>
    public Word Keyword => node.Keyword;

    /// <summary>Whether every word is taken.</summary>
    public bool IsAtEnd => _next == node.Values.Count;

    /// <summary>Takes the next word; false, reported as missing, when there is none.</summary>
    public bool TryTake(string what, out Word word)
    {
        if (IsAtEnd)
        {
            word = Keyword;
            return Refuse(Keyword, ConfigRule.Missing, $"{Keyword.Text()} needs {what}");
        }

        word = node.Values[_next++];
        return true;
    }

    /// <summary>Takes the next word when it is the given one.</summary>
    public bool TrySkip(string keyword)
    {
        if (IsAtEnd || !node.Values[_next].Is(keyword))
        {
            return false;
        }

        _next++;
        return true;
    }

    /// <summary>Looks at the next word without taking it; false at the end.</summary>
    public bool TryPeek(out Word word)
    {
        word = IsAtEnd ? Keyword : node.Values[_next];
        return !IsAtEnd;
    }

    /// <summary>Takes a number of decimal digits within bounds.</summary>
    public bool TryNumber(string what, uint least, uint most, out uint number)
    {
        number = 0;
        if (!TryTake(what, out var word))
        {
            return false;
        }

        return NumberText.TryParse(word.Span, out number) && number >= least && number <= most
            || Refuse(word, ConfigRule.Value, $"{word.Quote()} is not {what}: a number from {least} to {most}");
    }

    /// <summary>Reports an error at a word; always false.</summary>
    public bool Refuse(Word word, ConfigRule rule, string text)
    {
        findings.Error(word.Position, rule, text);
        return false;
    }

    /// <summary>Reports a warning at a word.</summary>
    public void Warn(Word word, ConfigRule rule, string text) => findings.Warn(word.Position, rule, text);

    /// <summary>Words nobody took: z/OS ignores them, but a range torn apart by blanks would silently become one address.</summary>
    public void Close()
    {
        if (IsAtEnd)
        {
            return;
        }

        var rest = node.Values[_next];
        if (rest.Span[0] is '-' or ':')
        {
            Refuse(rest, ConfigRule.Value, "a range is written without blanks around its dash");
            return;
        }

        Warn(rest, ConfigRule.Ignored, "the text behind the value is ignored");
    }
}
