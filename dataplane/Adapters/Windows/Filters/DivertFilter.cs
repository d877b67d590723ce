namespace IpsecDp.Adapters.Windows.Filters;

/// <summary>The filter of one handle.</summary>
/// <param name="Text">In WinDivert's language.</param>
/// <param name="IsExact">Whether nothing but what the plan names matches; otherwise the port looks at each packet and lets others pass.</param>
public sealed record DivertFilter(string Text, bool IsExact);
