using IpsecDp.Ipsec.Sad;
using IpsecDp.Policy.Compile;
using IpsecDp.Policy.Config;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Policy.Validation;

/// <summary>The rules of a transport-mode tunnel speak of its endpoints only; a tunnel that is off carries nothing.</summary>
internal static class TunnelUseValidator
{
    /// <summary>Reports rules whose selectors contradict their tunnel's mode.</summary>
    public static void Validate(IReadOnlyList<CompiledRule> rules, PolicyConfig config, Findings findings)
    {
        foreach (var rule in rules)
        {
            if (rule.Tunnel is not { } tunnel)
            {
                continue;
            }

            if (!tunnel.IsActive)
            {
                findings.Warn(rule.Source.ManualVpn!.Position, ConfigRule.Tunnel, $"tunnel {tunnel.Name} is not active: the traffic of rule {rule.Rule.Name} is discarded");
            }

            if (tunnel.Encapsulation is { Value: SaMode.Transport }
                && TunnelOptionValidator.Resolve(tunnel.Local, config) is { } local
                && TunnelOptionValidator.Resolve(tunnel.Remote, config) is { } remote)
            {
                RequireEndpoints(rule, local, remote, findings);
            }
        }
    }

    // RFC 4301 §4.1: a transport-mode SA lies between the two hosts whose addresses the packets carry.
    private static void RequireEndpoints(CompiledRule rule, IpAddress local, IpAddress remote, Findings findings)
    {
        if (rule.Rule.Selectors.Any(s => s.Local != AddressRange.Of(local)))
        {
            findings.Error(rule.Source.Source.Position, ConfigRule.Tunnel, $"tunnel {rule.Tunnel!.Name} is in transport mode, so IpSourceAddr must be its local endpoint {local}");
        }

        if (rule.Rule.Selectors.Any(s => s.Remote != AddressRange.Of(remote)))
        {
            findings.Error(rule.Source.Destination.Position, ConfigRule.Tunnel, $"tunnel {rule.Tunnel!.Name} is in transport mode, so IpDestAddr must be its remote endpoint {remote}");
        }
    }
}
