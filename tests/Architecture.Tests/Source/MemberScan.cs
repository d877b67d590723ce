using System.Text.RegularExpressions;

namespace Architecture.Tests.Source;

/// <summary>Types and members of a file, found by their braces.</summary>
internal sealed partial class MemberScan
{
    private readonly string _code;
    private readonly List<Member> _members = [];
    private readonly List<string> _publicTypes = [];
    private int _at;

    private MemberScan(string code) => _code = code;

    /// <summary>Each method, property and constructor with its lines.</summary>
    public IReadOnlyList<Member> Members => _members;

    /// <summary>The names of the types another project can see that stand in no other type.</summary>
    public IReadOnlyList<string> PublicTypes => _publicTypes;

    /// <summary>Reads code without comments and literals.</summary>
    public static MemberScan Of(string code)
    {
        var scan = new MemberScan(code);
        scan.Body(depth: 0);
        return scan;
    }

    // The declarations of a file, a namespace or a type, up to the brace that ends it.
    private void Body(int depth)
    {
        while (SkipBlank() && _code[_at] != '}')
        {
            SkipAttributes();
            var start = _at;
            var end = HeaderEnd();
            var header = _code[start..end];
            var isBlock = end < _code.Length && _code[end] == '{';
            _at = end + 1;
            if (isBlock && NamespaceHeader().IsMatch(header))
            {
                Body(depth);
                _at++;
            }
            else if (TypeHeader().Match(header) is { Success: true } type)
            {
                Declare(type, header, depth);
                if (isBlock)
                {
                    if (type.Groups["kind"].Value == "enum")
                    {
                        SkipBlock();
                    }
                    else
                    {
                        Body(depth + 1);
                        _at++;
                    }
                }
            }
            else
            {
                Measure(header, start, isBlock);
            }
        }
    }

    private void Declare(Match type, string header, int depth)
    {
        if (depth == 0 && PublicWord().IsMatch(header))
        {
            _publicTypes.Add(type.Groups["name"].Value);
        }
    }

    private void Measure(string header, int start, bool isBlock)
    {
        if (isBlock)
        {
            SkipBlock();
        }

        // A table of values is long without being a method.
        if (!Assignment().IsMatch(header))
        {
            _members.Add(new Member(MemberName().Match(header).Value, LineOf(start), LineOf(_at - 1)));
        }
    }

    // Where a declaration's braces begin, or its semicolon; an expression body counts to its end.
    private int HeaderEnd()
    {
        var depth = 0;
        var isExpression = false;
        for (var end = _at; end < _code.Length; end++)
        {
            switch (_code[end])
            {
                case '(' or '[':
                    depth++;
                    break;

                case ')' or ']':
                    depth--;
                    break;

                case '{' when depth == 0 && !isExpression:
                    return end;

                case '{':
                    depth++;
                    break;

                case '}':
                    depth--;
                    break;

                case ';' when depth == 0:
                    return end;

                case '=' when depth == 0 && _code[end + 1] != '=' && !"=!<>".Contains(_code[end - 1]):
                    isExpression = true;
                    break;
            }
        }

        return _code.Length;
    }

    private void SkipAttributes()
    {
        while (SkipBlank() && _code[_at] == '[')
        {
            var depth = 0;
            do
            {
                depth += _code[_at++] switch { '[' => 1, ']' => -1, _ => 0 };
            }
            while (depth > 0 && _at < _code.Length);
        }
    }

    private void SkipBlock()
    {
        for (var depth = 1; depth > 0 && _at < _code.Length; _at++)
        {
            depth += _code[_at] switch { '{' => 1, '}' => -1, _ => 0 };
        }
    }

    private bool SkipBlank()
    {
        while (_at < _code.Length && char.IsWhiteSpace(_code[_at]))
        {
            _at++;
        }

        return _at < _code.Length;
    }

    private int LineOf(int position) => _code.AsSpan(0, Math.Min(position, _code.Length)).Count('\n') + 1;

    [GeneratedRegex(@"[\w.]+(?=\s*(<[^(]*>)?\s*(\(|=>|$))")]
    private static partial Regex MemberName();

    [GeneratedRegex(@"\bnamespace\b")]
    private static partial Regex NamespaceHeader();

    [GeneratedRegex(@"^[\w\s]*?\b(?<kind>class|interface|enum|record\s+struct|record\s+class|record|struct|delegate)\s+(?<name>\w+)(?!\s*[\w.]*\s*=)", RegexOptions.ExplicitCapture)]
    private static partial Regex TypeHeader();

    [GeneratedRegex(@"\bpublic\b")]
    private static partial Regex PublicWord();

    [GeneratedRegex(@"^[^(=]*=(?![>=])")]
    private static partial Regex Assignment();

    /// <summary>A member and the lines from its first to its last.</summary>
    internal readonly record struct Member(string Name, int FirstLine, int LastLine)
    {
        public int Lines => LastLine - FirstLine + 1;
    }
}
