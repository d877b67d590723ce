using IpsecDp.Policy.Config;
using IpsecDp.Policy.Validation;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Policy.Compile;

/// <summary>Finds for each LocalDynVpnRule the tunnel that carries its traffic, and marks those to start at once.</summary>
internal static class StartCompiler
{
    /// <summary>Marks the tunnels; a rule nobody's tunnel carries is an error where it stands.</summary>
    public static void Mark(IReadOnlyList<DynamicTunnel> tunnels, PolicyConfig config, Findings findings)
    {
        var ordered = new List<LocalDynVpnRule>();
        if (!GroupExpansion.TryExpand(config.StartPolicy?.Rules ?? [], config.StartRules, config.StartGroups, g => g.Members, ExpansionLimits.PerRule, new ExpansionBudget(), ordered))
        {
            findings.Error(config.StartPolicy!.Position, ConfigRule.TooLarge, $"LocalDynVpnPolicy comes to more than {ExpansionLimits.PerRule} rules");
            return;
        }

        foreach (var rule in ordered.Distinct())
        {
            if (rule.Local is not { } local || rule.Remote is not { } remote)
            {
                continue;
            }

            if (tunnels.FirstOrDefault(tunnel => tunnel.Selectors.Exists(s => Carries(s, rule, local, remote))) is { } found)
            {
                found.IsAutomatic |= rule.IsAutomatic;
            }
            else
            {
                findings.Error(rule.Position, ConfigRule.KeyExchange, $"no IpFilterRule with an IpDynVpnAction carries all traffic of LocalDynVpnRule {rule.Name}");
            }
        }
    }

    private static bool Carries(TrafficSelector selector, LocalDynVpnRule rule, AddressRange local, AddressRange remote) =>
        selector.Local.Contains(local)
        && selector.Remote.Contains(remote)
        && (selector.Protocol is null || selector.Protocol == rule.Protocol)
        && Covers(selector.LocalPorts, rule.LocalPort)
        && Covers(selector.RemotePorts, rule.RemotePort);

    private static bool Covers(PortRange outer, PortRange inner) => outer.Contains(inner.First) && outer.Contains(inner.Last);
}
