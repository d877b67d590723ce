using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Validation;

/// <summary>One fault or warning: where it stands, which rule it breaks and a sentence for the operator; never holds key text.</summary>
public sealed record ConfigError(SourcePosition Position, ConfigRule Rule, string Text)
{
    /// <summary>As compilers print it: <c>file:line:column: text [Rule]</c>.</summary>
    public override string ToString() => $"{Position}: {Text} [{Rule}]";
}
