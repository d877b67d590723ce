using System.Diagnostics.CodeAnalysis;
using IpsecDp.Policy.Text;
using IpsecDp.Policy.Validation;

namespace IpsecDp.Policy.Binding;

/// <summary>Names as z/OS takes them: case-sensitive, 32 characters at most, no leading dash, no comma.</summary>
internal static class NameText
{
    /// <summary>Reads a name; on false it is reported.</summary>
    public static bool TryRead(Word word, Findings findings, [NotNullWhen(true)] out string? name)
    {
        name = null;
        if (FaultOf(word.Span) is { } fault)
        {
            findings.Error(word.Position, ConfigRule.Name, fault);
            return false;
        }

        name = word.Text();
        return true;
    }

    private static string? FaultOf(ReadOnlySpan<char> name)
    {
        if (name.Length > TextLimits.NameLength)
        {
            return $"the name has {name.Length} characters; {TextLimits.NameLength} are allowed";
        }

        if (name[0] == '-')
        {
            return "a name does not begin with a dash";
        }

        return name.Contains(',') ? "a name has no comma" : null;
    }
}
