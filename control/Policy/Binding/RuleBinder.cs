using IpsecDp.Ipsec.Spd;
using IpsecDp.Policy.Config;
using IpsecDp.Policy.Text;
using IpsecDp.Policy.Validation;

namespace IpsecDp.Policy.Binding;

/// <summary>Binds IpFilterPolicy, IpFilterGroup, IpFilterRule and IpGenericFilterAction.</summary>
internal sealed class RuleBinder(PolicyConfig config, AddressBinder addresses, ServiceBinder services, ManualTunnelBinder tunnels, Findings findings)
{
    private const string NeedsIke = "needs IKE, which this version does not have; IpManVpnActionRef names a manual tunnel";

    private static readonly ValueParser<PolicyAction> Action = Choice.Of(
        ("Permit", PolicyAction.Bypass), ("Deny", PolicyAction.Discard), ("IpSec", PolicyAction.Protect));

    private static readonly ValueParser<FilterLogging> Logging = Choice.Of(
        ("No", FilterLogging.No), ("Yes", FilterLogging.Yes), ("LogPermit", FilterLogging.LogPermit), ("LogDeny", FilterLogging.LogDeny));

    private static readonly ValueParser<bool> SilentOrIcmp = Choice.Of(("Silent", false), ("ICMP", true));

    /// <summary>Binds the policy block.</summary>
    public IpFilterPolicy Policy(StatementNode node)
    {
        var block = new StatementBlock(node, findings);
        var policy = new IpFilterPolicy(block.Position)
        {
            PreDecap = block.One("PreDecap", Choice.YesNo),
            FilterLogging = block.One("FilterLogging", Choice.YesNo, true),
            LogImplicit = block.One("LogImplicit", Choice.YesNo, false),
            AllowOnDemand = block.One("AllowOnDemand", Choice.YesNo),
            ImplicitDiscardWithIcmp = block.One("ImplicitDiscardAction", SilentOrIcmp, false),
            Rfc4301Compliance = block.One("RFC4301Compliance", Choice.YesNo),
            Fips140 = block.One("FIPS140", Choice.YesNo, false),
            Rules = Rules(block),
        };
        block.Close();
        return policy;
    }

    /// <summary>Binds a group of rules; groups in it are an extension.</summary>
    public IpFilterGroup Group(StatementNode node)
    {
        var block = new StatementBlock(node, findings);
        var group = new IpFilterGroup(block.Name(isInline: false), block.Position, Rules(block));
        block.Close();
        return group;
    }

    /// <summary>Binds a rule.</summary>
    public IpFilterRule Rule(StatementNode node, bool isInline)
    {
        var block = new StatementBlock(node, findings);
        var rule = new IpFilterRule(block.Name(isInline), block.Position)
        {
            Source = addresses.Side(block, "IpSourceAddr"),
            Destination = addresses.Side(block, "IpDestAddr"),
            Service = UseOf(block, "IpService", services.Service, "IpServiceGroupRef"),
            Action = UseOf(block, "IpGenericFilterAction", GenericAction, null),
            ManualVpn = UseOf(block, "IpManVpnAction", tunnels.Tunnel, null),
            NeedsIke = block.Refuse(ConfigRule.NeedsIke, NeedsIke, "IpDynVpnAction", "IpDynVpnActionRef", "IpLocalStartAction", "IpLocalStartActionRef", "RemoteIdentity", "FilterByIdentity"),
        };
        block.Require("IpGenericFilterActionRef", "IpGenericFilterAction");
        block.Refuse(ConfigRule.Unsupported, "is not supported: rules of this version hold at every time", "IpTimeCondition", "IpTimeConditionRef");
        block.Close();
        config.EveryRule.Add(rule);
        return rule;
    }

    /// <summary>Binds an action.</summary>
    public IpGenericFilterAction GenericAction(StatementNode node, bool isInline)
    {
        var block = new StatementBlock(node, findings);
        var action = block.One("IpFilterAction", Action);
        var logging = block.One("IpFilterLogging", Logging);
        block.Require("IpFilterAction");

        var bound = new IpGenericFilterAction(block.Name(isInline), block.Position)
        {
            Action = action?.Value ?? PolicyAction.Discard,
            Logging = logging?.Value ?? FilterLogging.No,
            LoggingPosition = logging?.Position ?? block.Position,
            DiscardsWithIcmp = block.One("DiscardAction", SilentOrIcmp, false),
        };
        block.Close();
        return bound;
    }

    private List<Use<IpFilterRule>> Rules(StatementBlock block)
    {
        var rules = new List<Use<IpFilterRule>>();
        foreach (var line in block.InOrder("IpFilterRule", "IpFilterRuleRef", "IpFilterGroupRef"))
        {
            if (line.Keyword.Is("IpFilterRule"))
            {
                if (block.IsStatement(line))
                {
                    rules.Add(new(Rule(line, isInline: true), null, null));
                }
            }
            else if (block.IsAttribute(line) && block.ReferenceOf(line) is { } reference)
            {
                rules.Add(line.Keyword.Is("IpFilterRuleRef") ? new(null, reference, null) : new(null, null, reference));
            }
        }

        return rules;
    }

    private Use<T>? UseOf<T>(StatementBlock block, string keyword, Func<StatementNode, bool, T> bind, string? groupKeyword)
        where T : class, INamedStatement
    {
        var uses = new List<Use<T>>();
        if (block.Single(keyword) is { } inline && block.IsStatement(inline))
        {
            uses.Add(new(bind(inline, true), null, null));
        }

        if (block.Reference(keyword + "Ref") is { } reference)
        {
            uses.Add(new(null, reference, null));
        }

        if (groupKeyword is not null && block.Reference(groupKeyword) is { } group)
        {
            uses.Add(new(null, null, group));
        }

        foreach (var second in uses.OrderBy(u => u.Position).Skip(1))
        {
            findings.Error(second.Position, ConfigRule.Duplicate, $"a rule has one {keyword}");
        }

        return uses.FirstOrDefault();
    }
}
