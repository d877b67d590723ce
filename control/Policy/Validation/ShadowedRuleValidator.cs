using IpsecDp.Ipsec.Spd;
using IpsecDp.Policy.Compile;

namespace IpsecDp.Policy.Validation;

/// <summary>No rule stands behind another that takes all of its traffic.</summary>
internal static class ShadowedRuleValidator
{
    /// <summary>Warns of each rule one earlier rule covers entirely; stops with a warning when there are too many rules to compare.</summary>
    public static void Validate(IReadOnlyList<CompiledRule> rules, Findings findings)
    {
        var comparisons = 0L;
        for (var later = 1; later < rules.Count; later++)
        {
            for (var earlier = 0; earlier < later; earlier++)
            {
                comparisons += (long)rules[earlier].Rule.Selectors.Count * rules[later].Rule.Selectors.Count;
                if (comparisons > ExpansionLimits.Comparisons)
                {
                    findings.Warn(rules[later].Source.Position, ConfigRule.Shadowed, "from here on rules are not checked for earlier ones that cover them: there are too many");
                    return;
                }

                if (Covers(rules[earlier].Rule, rules[later].Rule))
                {
                    findings.Warn(rules[later].Source.Position, ConfigRule.Shadowed, $"rule {rules[later].Rule.Name} never decides: rule {rules[earlier].Rule.Name} before it takes all of its traffic");
                    break;
                }
            }
        }
    }

    private static bool Covers(SpdRule earlier, SpdRule later) =>
        (earlier.Direction & later.Direction) == later.Direction && later.Selectors.All(inner => earlier.Selectors.Any(outer => outer.Covers(inner)));
}
