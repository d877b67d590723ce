using System.Globalization;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Policy.Config;
using IpsecDp.Policy.Validation;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Policy.Compile;

/// <summary>Finds for each rule the dynamic tunnel it uses: its endpoints, the KeyExchangeRule for them, and the tunnel both make with the rule's action.</summary>
internal sealed class DynamicTunnels(PolicyConfig config, Findings findings)
{
    private readonly OrderedDictionary<(IpDynVpnAction Action, KeyExchangeRule Exchange, IpAddress Local, IpAddress? Remote), DynamicTunnel> _tunnels = [];
    private readonly Dictionary<IpFilterRule, DynamicTunnel?> _byRule = new(ReferenceEqualityComparer.Instance);
    private readonly List<KeyExchangeRule> _exchanges = Exchanges(config);

    /// <summary>The KeyExchangeRules in the order they are looked at.</summary>
    public IReadOnlyList<KeyExchangeRule> Ordered => _exchanges;

    /// <summary>The tunnels found, in the order of the rules that use them.</summary>
    public IReadOnlyList<DynamicTunnel> All => [.. _tunnels.Values];

    /// <summary>The tunnel of a rule; null, reported once, when it has none.</summary>
    public DynamicTunnel? Of(IpFilterRule rule, IpDynVpnAction action, IReadOnlyList<RuleSelectors> selectors)
    {
        if (!_byRule.TryGetValue(rule, out var tunnel))
        {
            tunnel = Find(rule, action, [.. selectors.SelectMany(s => s.Selectors).Distinct()]);
            _byRule.Add(rule, tunnel);
        }

        return tunnel;
    }

    private DynamicTunnel? Find(IpFilterRule rule, IpDynVpnAction action, List<TrafficSelector> selectors)
    {
        var start = rule.LocalStart?.In(config.StartActions);
        var isOfMany = start?.Remote is null && SharesRules(action, selectors);
        if (selectors.Count == 0 || Endpoint(rule, "Local", start?.Local, selectors[0].Local, selectors.TrueForAll(s => s.Local == selectors[0].Local)) is not { } local)
        {
            return null;
        }

        var remote = isOfMany ? null : Endpoint(rule, "Remote", start?.Remote, selectors[0].Remote, selectors.TrueForAll(s => s.Remote == selectors[0].Remote));
        if (remote is null && !isOfMany)
        {
            return null;
        }

        if (_exchanges.Find(exchange => IsAt(exchange.Local?.In(config.LocalEndpoints), local) && IsFor(exchange.Remote?.In(config.RemoteEndpoints), remote, action, selectors)) is not { } found)
        {
            var ends = remote is { } one ? $"{local} and {one}" : $"{local} and all peers";
            findings.Error(rule.DynamicVpn!.Position, ConfigRule.KeyExchange, $"no KeyExchangeRule of the KeyExchangePolicy is for {ends}, between which rule {rule.Name} needs a tunnel");
            return null;
        }

        var key = (action, found, local, remote);
        if (!_tunnels.TryGetValue(key, out var tunnel))
        {
            var same = _tunnels.Keys.Count(k => k.Action == action);
            var name = same == 0 ? action.Name : string.Create(CultureInfo.InvariantCulture, $"{action.Name}.{same + 1}");
            _tunnels.Add(key, tunnel = new DynamicTunnel(name, action, found, local, remote));
        }

        tunnel.IsOnDemand |= start?.AllowOnDemand ?? config.FilterPolicy?.AllowOnDemand?.Value ?? true;
        tunnel.Selectors.AddRange(selectors.Except(tunnel.Selectors).ToList());
        return tunnel;
    }

    private IpAddress? Endpoint(IpFilterRule rule, string side, EndpointChoice? given, AddressRange range, bool isOne)
    {
        if (given is not null)
        {
            return TunnelOptionValidator.Resolve(given, config);
        }

        if (isOne && range.First == range.Last)
        {
            return range.First;
        }

        findings.Error(rule.DynamicVpn!.Position, ConfigRule.KeyExchange, $"rule {rule.Name} speaks of more than one {(side == "Local" ? "source" : "destination")} address, so it needs an IpLocalStartAction with {side}SecurityEndpointAddr");
        return null;
    }

    // Peers that start by themselves may have any address behind them; in transport mode every destination is a peer itself.
    private bool SharesRules(IpDynVpnAction action, List<TrafficSelector> selectors) =>
        selectors.Exists(s => s.Remote.First != s.Remote.Last) && (action.IsRemoteOnly || DynamicTunnelValidator.ModeOf(action, config) == SaMode.Transport);

    private bool IsFor(SecurityEndpoint? endpoint, IpAddress? remote, IpDynVpnAction action, List<TrafficSelector> selectors) => remote is { } one ? IsAt(endpoint, one)
        : DynamicTunnelValidator.ModeOf(action, config) == SaMode.Transport
            ? endpoint?.Location?.Value is { } places && selectors.TrueForAll(s => places.Any(range => range.Contains(s.Remote)))
            : endpoint?.Location?.Value.Any(range => range.First != range.Last) == true;

    private static bool IsAt(SecurityEndpoint? endpoint, IpAddress address) => endpoint?.Location?.Value.Any(range => range.Contains(address)) == true;

    private static List<KeyExchangeRule> Exchanges(PolicyConfig config)
    {
        var ordered = new List<KeyExchangeRule>();
        _ = GroupExpansion.TryExpand(config.ExchangePolicy?.Rules ?? [], config.ExchangeRules, config.ExchangeGroups, g => g.Members, ExpansionLimits.PerRule, new ExpansionBudget(), ordered);
        return ordered;
    }
}
