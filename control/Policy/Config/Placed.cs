using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Config;

/// <summary>A value with the place where it was given, so that a later rule can point at it.</summary>
internal sealed record Placed<T>(T Value, SourcePosition Position);
