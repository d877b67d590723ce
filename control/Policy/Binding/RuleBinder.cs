using IpsecDp.Ipsec.Spd;
using IpsecDp.Policy.Config;
using IpsecDp.Policy.Text;
using IpsecDp.Policy.Validation;

namespace IpsecDp.Policy.Binding;

/// <summary>Binds IpFilterPolicy, IpFilterGroup, IpFilterRule and IpGenericFilterAction.</summary>
internal sealed class RuleBinder(PolicyConfig config, AddressBinder addresses, ServiceBinder services, ManualTunnelBinder tunnels, DynamicVpnBinder dynamic, Findings findings)
{
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
            Rules = UseBinder.Many(block, "IpFilterRule", Rule, "IpFilterGroupRef"),
        };
        block.Close();
        return policy;
    }

    /// <summary>Binds a group of rules; groups in it are an extension.</summary>
    public IpFilterGroup Group(StatementNode node)
    {
        var block = new StatementBlock(node, findings);
        var group = new IpFilterGroup(block.Name(isInline: false), block.Position, UseBinder.Many(block, "IpFilterRule", Rule, "IpFilterGroupRef"));
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
            Service = UseBinder.One(block, "IpService", services.Service, findings, "IpServiceGroupRef"),
            Action = UseBinder.One(block, "IpGenericFilterAction", GenericAction, findings),
            ManualVpn = UseBinder.One(block, "IpManVpnAction", tunnels.Tunnel, findings),
            DynamicVpn = UseBinder.One(block, "IpDynVpnAction", dynamic.Tunnel, findings),
            LocalStart = UseBinder.One(block, "IpLocalStartAction", dynamic.Start, findings),
        };
        block.Require("IpGenericFilterActionRef", "IpGenericFilterAction");
        block.Refuse(ConfigRule.Unsupported, "is not supported: a rule's peer is chosen by address", "RemoteIdentity", "FilterByIdentity");
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
}
