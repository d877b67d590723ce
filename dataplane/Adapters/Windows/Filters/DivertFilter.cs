namespace IpsecDp.Adapters.Windows.Filters;

/// <summary>The filter of one handle.</summary>
/// <param name="Text">In WinDivert's language.</param>
/// <param name="IsExact">Whether nothing but what the plan names matches; otherwise the port looks at each packet and lets others pass.</param>
/// <param name="IsMarked">Whether it takes only packets whose IP precedence is above routine.</param>
public sealed record DivertFilter(string Text, bool IsExact, bool IsMarked = false)
{
    // The three upper bits of the octet; every packet has one header or the other.
    private const string LeastMarked = "32";

    private static readonly FilterPart Mark = FilterPart.Any(FilterPart.Test("ip.TOS", ">=", LeastMarked), FilterPart.Test("ipv6.TrafficClass", ">=", LeastMarked));

    /// <summary>The filter of those of its packets that are marked above routine.</summary>
    public DivertFilter Marked() => this with { Text = $"{Mark.Text} and {Text}", IsMarked = true };
}
