using IpsecDp.Ipsec.Spd;
using IpsecDp.Policy.Config;

namespace IpsecDp.Policy.Validation;

/// <summary>A rule's action and its VPN action belong together.</summary>
internal static class IpFilterRuleValidator
{
    /// <summary>Reports what each rule gets wrong.</summary>
    public static void Validate(PolicyConfig config, Findings findings)
    {
        foreach (var rule in config.EveryRule)
        {
            if (rule.Action is { } use && use.In(config.Actions) is { } action)
            {
                Validate(rule, use, action, config, findings);
            }
        }
    }

    private static void Validate(IpFilterRule rule, Use<IpGenericFilterAction> use, IpGenericFilterAction action, PolicyConfig config, Findings findings)
    {
        if (action.Action != PolicyAction.Protect)
        {
            if ((rule.ManualVpn?.Position ?? rule.DynamicVpn?.Position) is { } vpn)
            {
                findings.Error(vpn, ConfigRule.RuleAction, $"rule {rule.Name} names a VPN action, but its action is not IpSec");
            }

            if (action.Logging is FilterLogging.LogPermit or FilterLogging.LogDeny)
            {
                findings.Error(action.LoggingPosition, ConfigRule.RuleAction, "LogPermit and LogDeny belong to IpFilterAction IpSec; Yes logs every hit");
            }

            return;
        }

        if (rule.ManualVpn is null && rule.DynamicVpn is null)
        {
            findings.Error(use.Position, ConfigRule.RuleAction, $"the action of rule {rule.Name} is IpSec, so the rule needs IpManVpnActionRef or IpDynVpnActionRef");
        }

        if (rule is { ManualVpn: not null, DynamicVpn: { } second })
        {
            findings.Error(second.Position, ConfigRule.RuleAction, $"rule {rule.Name} names a manual and a dynamic tunnel");
        }

        if (rule is { LocalStart: { } start, DynamicVpn: null })
        {
            findings.Error(start.Position, ConfigRule.RuleAction, $"rule {rule.Name} says how a tunnel starts, but has no IpDynVpnActionRef");
        }

        if (rule.Service?.In(config.Services) is { Direction: { Value: not RuleDirection.Both } way })
        {
            findings.Warn(way.Position, ConfigRule.RuleAction, $"rule {rule.Name} protects one direction: replies meet another rule");
        }
    }
}
