using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Config;

/// <summary>A statement other statements refer to by name.</summary>
internal interface INamedStatement
{
    /// <summary>The operator's name; for an inline statement without one, a name made from its place.</summary>
    string Name { get; }

    /// <summary>Where its keyword stands.</summary>
    SourcePosition Position { get; }
}
