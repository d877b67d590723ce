namespace Architecture.Tests.Source;

/// <summary>Takes comments and literals out of C# text, so that what a brace or a word means needs no parser.</summary>
internal sealed class CodeText
{
    private readonly string _text;
    private readonly char[] _code;
    private int _at;

    private CodeText(string text)
    {
        _text = text;
        _code = text.ToCharArray();
    }

    /// <summary>The text with a blank for every character of a comment, string or character literal; line ends stay.</summary>
    public static string Blank(string text)
    {
        var scan = new CodeText(text);
        scan.Code(isHole: false);
        return new string(scan._code);
    }

    // Runs to the end of the text, or of the hole of an interpolated string.
    private void Code(bool isHole)
    {
        var depth = 0;
        while (_at < _text.Length)
        {
            if (IsNext("//"))
            {
                Erase(LengthTo("\n", _at));
            }
            else if (IsNext("/*"))
            {
                Erase(LengthTo("*/", _at + 2) + 2);
            }
            else if (_text[_at] == '\'')
            {
                Character();
            }
            else if (StringPrefix() is { } prefix)
            {
                Literal(prefix);
            }
            else
            {
                depth += _text[_at] switch { '{' => 1, '}' => -1, _ => 0 };
                if (isHole && depth < 0)
                {
                    return;
                }

                _at++;
            }
        }
    }

    private void Character()
    {
        var length = _at + 1 < _text.Length && _text[_at + 1] == '\\' ? 3 : 2;
        while (_at + length < _text.Length && _text[_at + length] != '\'')
        {
            length++;
        }

        Erase(length + 1);
    }

    // $, @ and their mixtures before a quote; empty for a plain one.
    private string? StringPrefix()
    {
        var end = _at;
        while (end < _text.Length && _text[end] is '$' or '@')
        {
            end++;
        }

        return end < _text.Length && _text[end] == '"' ? _text[_at..end] : null;
    }

    private void Literal(string prefix)
    {
        Erase(prefix.Length);
        var dollars = prefix.Count(sign => sign == '$');
        var quotes = RunOf('"');
        if (quotes == 2)
        {
            Erase(2);
            return;
        }

        Erase(quotes);
        Body(new LiteralForm(dollars, quotes, IsVerbatim: prefix.Contains('@')));
    }

    private void Body(LiteralForm form)
    {
        while (_at < _text.Length)
        {
            if (form.IsRegular && _text[_at] == '\\')
            {
                Erase(2);
            }
            else if (_text[_at] == '"')
            {
                var quotes = RunOf('"');
                if (form.IsVerbatim && quotes > 1)
                {
                    Erase(2);
                    continue;
                }

                Erase(form.IsRaw ? quotes : 1);
                if (!form.IsRaw || quotes >= form.Quotes)
                {
                    return;
                }
            }
            else if (form.Dollars > 0 && _text[_at] == '{')
            {
                Hole(form);
            }
            else
            {
                Erase(1);
            }
        }
    }

    private void Hole(LiteralForm form)
    {
        var braces = RunOf('{');
        Erase(braces);
        if (form.IsRaw ? braces < form.Dollars : braces % 2 == 0)
        {
            return;
        }

        var start = _at;
        Code(isHole: true);
        var end = _at;
        // What stands in a hole is code, but its braces are the string's.
        Array.Fill(_code, ' ', start, end - start);
        Erase(form.IsRaw ? Math.Min(form.Dollars, RunOf('}')) : 1);
    }

    private int RunOf(char sign)
    {
        var end = _at;
        while (end < _text.Length && _text[end] == sign)
        {
            end++;
        }

        return end - _at;
    }

    private bool IsNext(string sign) => string.CompareOrdinal(_text, _at, sign, 0, sign.Length) == 0;

    private int LengthTo(string sign, int from)
    {
        var found = from >= _text.Length ? -1 : _text.IndexOf(sign, from, StringComparison.Ordinal);
        return (found < 0 ? _text.Length : found) - _at;
    }

    private void Erase(int length)
    {
        for (var end = Math.Min(_at + length, _text.Length); _at < end; _at++)
        {
            if (_code[_at] != '\n')
            {
                _code[_at] = ' ';
            }
        }
    }

    private readonly record struct LiteralForm(int Dollars, int Quotes, bool IsVerbatim)
    {
        public bool IsRaw => Quotes >= 3;

        public bool IsRegular => !IsRaw && !IsVerbatim;
    }
}
