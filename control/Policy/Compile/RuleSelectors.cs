using IpsecDp.Ipsec.Spd;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Policy.Compile;

/// <summary>The alternatives of a rule that look the same way.</summary>
internal sealed record RuleSelectors(RuleDirection Direction, List<TrafficSelector> Selectors);
