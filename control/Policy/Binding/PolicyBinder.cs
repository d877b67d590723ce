using IpsecDp.Policy.Config;
using IpsecDp.Policy.Text;
using IpsecDp.Policy.Validation;

namespace IpsecDp.Policy.Binding;

/// <summary>Turns the tree of statements into what the operator configured.</summary>
internal sealed class PolicyBinder
{
    private const string NeedsIke = "needs IKE, which this version does not have; the statement is ignored";

    private static readonly HashSet<string> IkeStatements = new(StringComparer.OrdinalIgnoreCase)
    {
        "KeyExchangePolicy", "KeyExchangeGroup", "KeyExchangeRule", "KeyExchangeAction", "KeyExchangeOffer", "LocalSecurityEndpoint", "RemoteSecurityEndpoint",
        "LocalDynVpnPolicy", "LocalDynVpnGroup", "LocalDynVpnRule", "IpDynVpnAction", "IpDataOffer", "IpLocalStartAction",
    };

    private readonly PolicyConfig _config;
    private readonly Findings _findings;
    private readonly AddressBinder _addresses;
    private readonly ServiceBinder _services;
    private readonly ManualTunnelBinder _tunnels;
    private readonly RuleBinder _rules;
    private readonly Dictionary<string, Action<StatementNode>> _statements;

    private PolicyBinder(PolicyConfig config, Findings findings)
    {
        _config = config;
        _findings = findings;
        _addresses = new AddressBinder(findings);
        _services = new ServiceBinder(config, findings);
        _tunnels = new ManualTunnelBinder(config, findings);
        _rules = new RuleBinder(config, _addresses, _services, _tunnels, findings);
        _statements = new(StringComparer.OrdinalIgnoreCase)
        {
            ["IpFilterPolicy"] = BindFilterPolicy,
            ["IpFilterGroup"] = node => Add(config.RuleGroups, _rules.Group(node)),
            ["IpFilterRule"] = node => Add(config.Rules, _rules.Rule(node, isInline: false)),
            ["IpService"] = node => Add(config.Services, _services.Service(node, isInline: false)),
            ["IpServiceGroup"] = node => Add(config.ServiceGroups, _services.Group(node)),
            ["IpAddr"] = node => Add(config.Addresses, _addresses.Address(node, isInline: false)),
            ["IpAddrSet"] = node => Add(config.AddressSets, _addresses.Set(node, isInline: false)),
            ["IpAddrGroup"] = node => Add(config.AddressGroups, _addresses.Group(node)),
            ["IpGenericFilterAction"] = node => Add(config.Actions, _rules.GenericAction(node, isInline: false)),
            ["IpManVpnAction"] = node => Add(config.ManualActions, _tunnels.Tunnel(node, isInline: false)),
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
        var isIke = IkeStatements.Contains(keyword);
        if (!isIke && !_statements.ContainsKey(keyword))
        {
            _findings.Error(node.Keyword.Position, ConfigRule.UnknownKeyword, UnknownText(node.Keyword));
            return;
        }

        if (!node.IsBlock)
        {
            _findings.Error(node.Keyword.Position, ConfigRule.Missing, $"{keyword} needs a block in braces on the lines behind it");
            return;
        }

        if (isIke)
        {
            _findings.Warn(node.Keyword.Position, ConfigRule.NeedsIke, $"{keyword} {NeedsIke}");
            return;
        }

        _statements[keyword](node);
    }

    private void BindFilterPolicy(StatementNode node)
    {
        var policy = _rules.Policy(node);
        if (_config.FilterPolicy is { } first)
        {
            _findings.Error(policy.Position, ConfigRule.Duplicate, $"IpFilterPolicy is defined twice; the first stands at {first.Position}");
            return;
        }

        _config.FilterPolicy = policy;
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
        return !_findings.IsFull && NearestKeyword.Find(keyword.Span, _statements.Keys.Concat(IkeStatements)) is { } nearest
            ? $"'{keyword.Text()}' is not a statement; {nearest} may be meant"
            : "this keyword is not a statement";
    }
}
