using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Config;

/// <summary>A file a policy names, as it is written there, and where.</summary>
internal sealed record FileReference(string Path, SourcePosition Position);
