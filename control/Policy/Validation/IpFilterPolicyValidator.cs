using IpsecDp.Policy.Config;

namespace IpsecDp.Policy.Validation;

/// <summary>There is one IpFilterPolicy, and it asks for nothing this version cannot do.</summary>
internal static class IpFilterPolicyValidator
{
    /// <summary>Reports what the policy block as a whole gets wrong.</summary>
    public static void Validate(PolicyConfig config, Findings findings)
    {
        if (config.FilterPolicy is not { } policy)
        {
            findings.Error(config.Start, ConfigRule.Missing, "the policy has no IpFilterPolicy statement");
            return;
        }

        if (policy.Rules.Count == 0)
        {
            findings.Warn(policy.Position, ConfigRule.Ignored, "IpFilterPolicy has no rule: everything is denied");
        }

        if (policy.PreDecap is { Value: true } preDecap)
        {
            findings.Error(preDecap.Position, ConfigRule.Unsupported, "PreDecap on is not supported: packets are filtered before protection and after decapsulation");
        }

        if (policy.Rfc4301Compliance is { Value: false } compliance)
        {
            findings.Warn(compliance.Position, ConfigRule.Ignored, "RFC4301Compliance no has no effect: rules always follow RFC 4301");
        }

        if (policy.Fips140)
        {
            findings.Warn(policy.Position, ConfigRule.Algorithm, "FIPS140 yes restricts the algorithms; it does not make this product a validated module");
        }
    }
}
