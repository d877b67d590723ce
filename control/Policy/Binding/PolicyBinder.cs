using IpsecDp.Policy.Config;
using IpsecDp.Policy.Text;
using IpsecDp.Policy.Validation;

namespace IpsecDp.Policy.Binding;

/// <summary>Turns the tree of statements into what the operator configured.</summary>
internal sealed class PolicyBinder
{
    private readonly Findings _findings;
    private readonly AddressBinder _addresses;
    private readonly ServiceBinder _services;
    private readonly RuleBinder _rules;
    private readonly Dictionary<string, Action<StatementNode>> _statements;

    private PolicyBinder(PolicyConfig config, Findings findings)
    {
        _findings = findings;
        _addresses = new AddressBinder(findings);
        _services = new ServiceBinder(config, findings);
        var endpoints = new EndpointBinder(findings);
        var tunnels = new ManualTunnelBinder(config, endpoints, findings);
        var dynamic = new DynamicVpnBinder(config, endpoints, findings);
        var exchanges = new KeyExchangeBinder(config, endpoints, findings);
        _rules = new RuleBinder(config, _addresses, _services, tunnels, dynamic, findings);
        _statements = new(StringComparer.OrdinalIgnoreCase)
        {
            ["IpFilterPolicy"] = node => Once(config.FilterPolicy, _rules.Policy(node), policy => config.FilterPolicy = policy, p => p.Position),
            ["IpFilterGroup"] = node => Add(config.RuleGroups, _rules.Group(node)),
            ["IpFilterRule"] = node => Add(config.Rules, _rules.Rule(node, isInline: false)),
            ["IpService"] = node => Add(config.Services, _services.Service(node, isInline: false)),
            ["IpServiceGroup"] = node => Add(config.ServiceGroups, _services.Group(node)),
            ["IpAddr"] = node => Add(config.Addresses, _addresses.Address(node, isInline: false)),
            ["IpAddrSet"] = node => Add(config.AddressSets, _addresses.Set(node, isInline: false)),
            ["IpAddrGroup"] = node => Add(config.AddressGroups, _addresses.Group(node)),
            ["IpGenericFilterAction"] = node => Add(config.Actions, _rules.GenericAction(node, isInline: false)),
            ["IpManVpnAction"] = node => Add(config.ManualActions, tunnels.Tunnel(node, isInline: false)),
            ["IpDynVpnAction"] = node => Add(config.DynamicActions, dynamic.Tunnel(node, isInline: false)),
            ["IpDataOffer"] = node => Add(config.DataOffers, dynamic.Offer(node, isInline: false)),
            ["IpLocalStartAction"] = node => Add(config.StartActions, dynamic.Start(node, isInline: false)),
            ["LocalDynVpnPolicy"] = node => Once(config.StartPolicy, dynamic.StartPolicy(node), policy => config.StartPolicy = policy, p => p.Position),
            ["LocalDynVpnGroup"] = node => Add(config.StartGroups, dynamic.StartGroup(node)),
            ["LocalDynVpnRule"] = node => Add(config.StartRules, dynamic.StartRule(node, isInline: false)),
            ["KeyExchangePolicy"] = node => Once(config.ExchangePolicy, exchanges.Policy(node), policy => config.ExchangePolicy = policy, p => p.Position),
            ["KeyExchangeGroup"] = node => Add(config.ExchangeGroups, exchanges.Group(node)),
            ["KeyExchangeRule"] = node => Add(config.ExchangeRules, exchanges.Rule(node, isInline: false)),
            ["KeyExchangeAction"] = node => Add(config.ExchangeActions, exchanges.Action(node, isInline: false)),
            ["KeyExchangeOffer"] = node => Add(config.ExchangeOffers, exchanges.Offer(node, isInline: false)),
            ["LocalSecurityEndpoint"] = node => Add(config.LocalEndpoints, endpoints.Local(node, isInline: false)),
            ["RemoteSecurityEndpoint"] = node => Add(config.RemoteEndpoints, endpoints.Remote(node, isInline: false)),
            ["IpTimeCondition"] = node => findings.Warn(node.Keyword.Position, ConfigRule.Unsupported, "IpTimeCondition is not supported; the statement is ignored"),
        };
    }

    /// <summary>Binds every statement into the config.</summary>
    public static void Bind(IReadOnlyList<StatementNode> statements, PolicyConfig config, Findings findings)
    {
        var binder = new PolicyBinder(config, findings);
        foreach (var statement in statements)
        {
            if (findings.IsHopeless)
            {
                return;
            }

            binder.Bind(statement);
        }
    }

    private void Bind(StatementNode node)
    {
        var keyword = node.Keyword.Text();
        if (!_statements.TryGetValue(keyword, out var bind))
        {
            _findings.Error(node.Keyword.Position, ConfigRule.UnknownKeyword, UnknownText(node.Keyword));
            return;
        }

        if (!node.IsBlock)
        {
            _findings.Error(node.Keyword.Position, ConfigRule.Missing, $"{keyword} needs a block in braces on the lines behind it");
            return;
        }

        bind(node);
    }

    private void Once<T>(T? first, T found, Action<T> keep, Func<T, SourcePosition> at)
        where T : class
    {
        if (first is not null)
        {
            _findings.Error(at(found), ConfigRule.Duplicate, $"{typeof(T).Name} is defined twice; the first stands at {at(first)}");
            return;
        }

        keep(found);
    }

    private void Add<T>(NameTable<T> table, T? statement)
        where T : class, INamedStatement
    {
        if (statement is not null && !table.TryAdd(statement, out var first))
        {
            _findings.Error(statement.Position, ConfigRule.Duplicate, $"{table.Keyword} {statement.Name} is defined twice; the first stands at {first.Position}");
        }
    }

    private string UnknownText(Word keyword)
    {
        // Only a word that resembles a statement is repeated: another one may be part of a key.
        return !_findings.IsFull && NearestKeyword.Find(keyword.Span, _statements.Keys) is { } nearest
            ? $"'{keyword.Text()}' is not a statement; {nearest} may be meant"
            : "this keyword is not a statement";
    }
}
