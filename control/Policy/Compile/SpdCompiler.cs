using System.Globalization;
using IpsecDp.Ipsec.Spd;
using IpsecDp.Policy.Config;
using IpsecDp.Policy.Validation;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Policy.Compile;

/// <summary>Turns the ordered rules of IpFilterPolicy into the rules of the SPD.</summary>
internal sealed class SpdCompiler(PolicyConfig config, DynamicTunnels dynamic, Findings findings)
{
    private readonly ExpansionBudget _budget = new();

    /// <summary>The rules in the order they are tried; what cannot be compiled is reported and left out.</summary>
    public IReadOnlyList<CompiledRule> Compile(IpFilterPolicy policy)
    {
        var ordered = new List<IpFilterRule>();
        if (!GroupExpansion.TryExpand(policy.Rules, config.Rules, config.RuleGroups, g => g.Members, ExpansionLimits.Rules, _budget, ordered))
        {
            findings.Error(policy.Position, ConfigRule.TooLarge, $"the policy comes to more than {ExpansionLimits.Rules} rules");
            return [];
        }

        var selectors = new SelectorCompiler(config, _budget, findings);
        var compiled = new List<CompiledRule>(ordered.Count);
        foreach (var rule in ordered)
        {
            if (findings.IsHopeless)
            {
                return compiled;
            }

            Compile(rule, selectors.Compile(rule), policy, compiled);
        }

        return compiled;
    }

    /// <summary>The SPD itself, with what becomes of a packet that fits no rule.</summary>
    public static SpdModel ToModel(IpFilterPolicy policy, IReadOnlyList<CompiledRule> compiled)
    {
        List<SpdRule> rules = [.. compiled.Select(c => c.Rule)];
        if (policy.ImplicitDiscardWithIcmp)
        {
            rules.Add(new SpdRule
            {
                Name = SpdModel.ImplicitDiscardName,
                Selectors = [Every(AddressRange.AnyV4), Every(AddressRange.AnyV6)],
                Action = PolicyAction.Discard,
                DiscardsWithIcmp = true,
                Logging = policy.FilterLogging && policy.LogImplicit ? RuleLogging.All : RuleLogging.None,
            });
        }

        return new SpdModel(rules) { LogsImplicitDiscard = policy.FilterLogging && policy.LogImplicit };
    }

    private void Compile(IpFilterRule rule, IReadOnlyList<RuleSelectors> selectors, IpFilterPolicy policy, List<CompiledRule> compiled)
    {
        if (rule.Action?.In(config.Actions) is not { } action)
        {
            return;
        }

        var tunnel = action.Action == PolicyAction.Protect ? rule.ManualVpn?.In(config.ManualActions) : null;
        var negotiated = action.Action == PolicyAction.Protect && rule.DynamicVpn?.In(config.DynamicActions) is { } vpn ? dynamic.Of(rule, vpn, selectors) : null;
        for (var i = 0; i < selectors.Count; i++)
        {
            // z/OS numbers the filters one rule becomes; a rule that becomes one keeps its plain name.
            var name = selectors.Count == 1 ? rule.Name : string.Create(CultureInfo.InvariantCulture, $"{rule.Name}.{i + 1}");
            var spdRule = new SpdRule
            {
                Name = name,
                Selectors = selectors[i].Selectors,
                Action = action.Action,
                Direction = selectors[i].Direction,
                Tunnel = tunnel?.Name ?? negotiated?.Name,
                DiscardsWithIcmp = action is { Action: PolicyAction.Discard, DiscardsWithIcmp: true },
                Logging = policy.FilterLogging ? LoggingOf(action.Logging) : RuleLogging.None,
            };
            compiled.Add(new CompiledRule(spdRule, rule, tunnel, negotiated));
        }
    }

    private static RuleLogging LoggingOf(FilterLogging logging) => logging switch
    {
        FilterLogging.Yes => RuleLogging.All,
        FilterLogging.LogPermit => RuleLogging.Permitted,
        FilterLogging.LogDeny => RuleLogging.Denied,
        _ => RuleLogging.None,
    };

    private static TrafficSelector Every(AddressRange range) => new(range, range, null, PortRange.Any, PortRange.Any);
}
