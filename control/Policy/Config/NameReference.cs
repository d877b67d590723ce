using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Config;

/// <summary>A <c>…Ref</c>: the name asked for and where it is asked.</summary>
internal sealed record NameReference(string Name, SourcePosition Position);
