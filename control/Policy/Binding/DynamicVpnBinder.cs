using IpsecDp.Ipsec.Sad;
using IpsecDp.Policy.Config;
using IpsecDp.Policy.Text;
using IpsecDp.Policy.Validation;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Policy.Binding;

/// <summary>Binds IpDynVpnAction, IpDataOffer, IpLocalStartAction, LocalDynVpnPolicy, LocalDynVpnGroup and LocalDynVpnRule.</summary>
internal sealed class DynamicVpnBinder(PolicyConfig config, EndpointBinder endpoints, Findings findings)
{
    private enum Initiation
    {
        Either,
        LocalOnly,
        RemoteOnly,
    }

    private static readonly string[] Granularities = ["LocalIpGranularity", "RemoteIpGranularity", "LocalPortGranularity", "RemotePortGranularity", "ProtocolGranularity", "ICMPTypeGranularity", "ICMPCodeGranularity"];

    private static readonly ValueParser<SaMode> Mode = Choice.Of(("Tunnel", SaMode.Tunnel), ("Transport", SaMode.Transport));

    private static readonly ValueParser<SaMode?> ModeOrEither = Choice.Of<SaMode?>(("Either", null), ("Tunnel", SaMode.Tunnel), ("Transport", SaMode.Transport));

    private static readonly ValueParser<Initiation> Starter = Choice.Of(("Either", Initiation.Either), ("LocalOnly", Initiation.LocalOnly), ("RemoteOnly", Initiation.RemoteOnly));

    private static readonly ValueParser<bool> RuleOrPacket = Choice.Of(("Rule", false), ("Packet", true));

    /// <summary>Binds a dynamic tunnel.</summary>
    public IpDynVpnAction Tunnel(StatementNode node, bool isInline)
    {
        var block = new StatementBlock(node, findings);
        var mode = block.One("HowToEncapIKEv2", ModeOrEither);
        var action = new IpDynVpnAction(block.Name(isInline), block.Position)
        {
            IsRemoteOnly = Starts(block) == Initiation.RemoteOnly,
            Groups = Groups(block),
            Additional = block.Many<string>("AdditionalKeyExchange", KeyExchangeValues.Additional),
            Encapsulation = mode is { Value: { } asked } ? new(asked, mode.Position) : null,
            PassthroughDf = block.One("PassthroughDF", TunnelValues.DontFragment, DontFragmentRule.Copy),
            PassthroughDscp = block.One("PassthroughDSCP", Choice.YesNo, true),
            EcnPassthrough = block.One("EcnPassthrough", Choice.YesNo, true),
            ReplayWindow = block.One<int>("ReplayWindow", TunnelValues.ReplayWindow),
            ExtendedSequenceNumbers = block.One("ExtendedSequenceNumbers", Choice.YesNo),
            PathMtu = block.One("PathMtu", TunnelValues.PathMtu, 0),
            AllowLegacy = block.One("AllowLegacy", Choice.YesNo, false),
            Life = block.One<TimeSpan>("VpnLife", KeyExchangeValues.MinutesOrNever, TimeSpan.Zero),
            Offers = UseBinder.Many(block, "IpDataOffer", Offer),
        };
        block.Refuse(ConfigRule.Unsupported, "is not supported: write InitiateWithPfs and AcceptablePfs", "Pfs");
        block.Close();
        config.EveryDynamicAction.Add(action);
        return action;
    }

    /// <summary>Binds an offer.</summary>
    public IpDataOffer Offer(StatementNode node, bool isInline)
    {
        var block = new StatementBlock(node, findings);
        var offer = new IpDataOffer(block.Name(isInline), block.Position)
        {
            Encapsulation = block.One("HowToEncap", Mode),
            Encryption = block.One<Cipher>("HowToEncrypt", CipherValues.Encryption),
            Authentication = block.One<(SaProtocol Layer, Authentication Authentication)>("HowToAuth", CipherValues.Authenticate),
            Lifetime = block.One<TimeSpan>("RefreshLifetimeProposed", KeyExchangeValues.Minutes)?.Value,
            Lifesize = block.One<long>("RefreshLifesizeProposed", KeyExchangeValues.Lifesize, 0),
        };
        foreach (var line in block.InOrder("RefreshLifetimeAccepted", "RefreshLifesizeAccepted"))
        {
            findings.Warn(line.Keyword.Position, ConfigRule.Ignored, $"{line.Keyword.Text()} has no effect: in IKEv2 each end keeps a lifetime of its own");
        }

        block.Close();
        return offer;
    }

    /// <summary>Binds a start action.</summary>
    public IpLocalStartAction Start(StatementNode node, bool isInline)
    {
        var block = new StatementBlock(node, findings);
        var action = new IpLocalStartAction(block.Name(isInline), block.Position)
        {
            AllowOnDemand = block.One("AllowOnDemand", Choice.YesNo)?.Value,
            Local = endpoints.Address(block, "LocalSecurityEndpointAddr", isRequired: false),
            Remote = endpoints.Address(block, "RemoteSecurityEndpointAddr", isRequired: false),
        };
        foreach (var keyword in Granularities)
        {
            if (block.One(keyword, RuleOrPacket) is { Value: true } packet)
            {
                findings.Error(packet.Position, ConfigRule.Unsupported, $"{keyword} Packet is not supported: a tunnel is negotiated for all traffic of its rules");
            }
        }

        block.Close();
        config.EveryStartAction.Add(action);
        return action;
    }

    /// <summary>Binds the policy block of tunnels that start here.</summary>
    public LocalDynVpnPolicy StartPolicy(StatementNode node)
    {
        var block = new StatementBlock(node, findings);
        var policy = new LocalDynVpnPolicy(block.Position, UseBinder.Many(block, "LocalDynVpnRule", StartRule, "LocalDynVpnGroupRef"));
        block.Close();
        return policy;
    }

    /// <summary>Binds a group of such rules; groups in it are an extension.</summary>
    public LocalDynVpnGroup StartGroup(StatementNode node)
    {
        var block = new StatementBlock(node, findings);
        var group = new LocalDynVpnGroup(block.Name(isInline: false), block.Position, UseBinder.Many(block, "LocalDynVpnRule", StartRule, "LocalDynVpnGroupRef"));
        block.Close();
        return group;
    }

    /// <summary>Binds such a rule.</summary>
    public LocalDynVpnRule StartRule(StatementNode node, bool isInline)
    {
        var block = new StatementBlock(node, findings);
        var rule = new LocalDynVpnRule(block.Name(isInline), block.Position)
        {
            Local = block.One<AddressRange>("LocalIp", AddressValues.Range)?.Value,
            Remote = block.One<AddressRange>("RemoteIp", AddressValues.Range)?.Value,
            LocalPort = block.One("LocalDataPort", ServiceValues.Ports, PortRange.Any),
            RemotePort = block.One("RemoteDataPort", ServiceValues.Ports, PortRange.Any),
            Protocol = block.One<byte?>("Protocol", ServiceValues.Protocol, null),
            IsAutomatic = block.One("AutoActivate", Choice.YesNo, false),
        };
        block.Require("LocalIp");
        block.Require("RemoteIp");
        block.Close();
        return rule;
    }

    private Initiation Starts(StatementBlock block)
    {
        if (block.One("Initiation", Starter) is not { } starter)
        {
            return Initiation.Either;
        }

        if (starter.Value == Initiation.LocalOnly)
        {
            findings.Error(starter.Position, ConfigRule.Unsupported, "Initiation LocalOnly is not supported: a peer that proves its identity may start a tunnel too");
        }

        return starter.Value;
    }

    private static List<Placed<string>> Groups(StatementBlock block)
    {
        List<Placed<string>> groups = [];
        if (block.One<string>("InitiateWithPfs", KeyExchangeValues.Pfs) is { } first)
        {
            groups.Add(first);
        }

        foreach (var group in block.Many<string>("AcceptablePfs", KeyExchangeValues.Pfs))
        {
            if (groups.TrueForAll(known => known.Value != group.Value))
            {
                groups.Add(group);
            }
        }

        return groups;
    }
}
