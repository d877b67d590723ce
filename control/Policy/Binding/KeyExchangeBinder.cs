using IpsecDp.Ike.Models;
using IpsecDp.Policy.Config;
using IpsecDp.Policy.Text;
using IpsecDp.Policy.Validation;

namespace IpsecDp.Policy.Binding;

/// <summary>Binds KeyExchangePolicy, KeyExchangeGroup, KeyExchangeRule, KeyExchangeAction and KeyExchangeOffer.</summary>
internal sealed class KeyExchangeBinder(PolicyConfig config, EndpointBinder endpoints, Findings findings)
{
    private const int DefaultRetries = 6;
    private const string OnlyIkeV1 = "speaks of IKEv1, which is not supported, and has no effect";

    private static readonly LimitsModel Limits = new();
    private static readonly TimeSpan DefaultInitialWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DefaultKeepalive = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan DefaultLiveness = TimeSpan.FromSeconds(30);

    /// <summary>Binds the policy block.</summary>
    public KeyExchangePolicy Policy(StatementNode node)
    {
        var block = new StatementBlock(node, findings);
        var policy = new KeyExchangePolicy(block.Position)
        {
            Initiates = block.One("HowToInitiate", KeyExchangeValues.Initiation, true),
            Keepalive = block.One("NatKeepAliveInterval", KeyExchangeValues.Seconds, DefaultKeepalive),
            Liveness = block.One("LivenessInterval", KeyExchangeValues.SecondsOrNever, DefaultLiveness),
            InitialWait = block.One("IkeInitWait", KeyExchangeValues.InitialWait, DefaultInitialWait),
            Retries = block.One("IkeRetries", KeyExchangeValues.Retries, DefaultRetries),
            SessionsOfOnePeer = block.One("PeerSessionLimit", KeyExchangeValues.Limit, Limits.SessionsOfOnePeer),
            SessionsOfOneAddress = block.One("AddressSessionLimit", KeyExchangeValues.Limit, Limits.SessionsOfOneAddress),
            Children = block.One("ChildLimit", KeyExchangeValues.Limit, Limits.Children),
            Rules = UseBinder.Many(block, "KeyExchangeRule", Rule, "KeyExchangeGroupRef"),
        };
        WarnOfNat(block);
        IgnoreUrls(block);
        block.Close();
        return policy;
    }

    /// <summary>Binds a group of rules; groups in it are an extension.</summary>
    public KeyExchangeGroup Group(StatementNode node)
    {
        var block = new StatementBlock(node, findings);
        var group = new KeyExchangeGroup(block.Name(isInline: false), block.Position, UseBinder.Many(block, "KeyExchangeRule", Rule, "KeyExchangeGroupRef"));
        block.Close();
        return group;
    }

    /// <summary>Binds a rule; the config owns its key from here on.</summary>
    public KeyExchangeRule Rule(StatementNode node, bool isInline)
    {
        var block = new StatementBlock(node, findings);
        var rule = new KeyExchangeRule(block.Name(isInline), block.Position)
        {
            Local = UseBinder.One(block, "LocalSecurityEndpoint", endpoints.Local, findings),
            Remote = UseBinder.One(block, "RemoteSecurityEndpoint", endpoints.Remote, findings),
            Action = UseBinder.One(block, "KeyExchangeAction", Action, findings),
            SharedKey = block.One<SharedKey>("SharedKey", KeyExchangeValues.SharedKey)?.Value,
            Given = block.Given,
        };
        block.Require("LocalSecurityEndpoint", "LocalSecurityEndpointRef");
        block.Require("RemoteSecurityEndpoint", "RemoteSecurityEndpointRef");
        block.Close();
        config.Own(rule);
        return rule;
    }

    /// <summary>Binds an action.</summary>
    public KeyExchangeAction Action(StatementNode node, bool isInline)
    {
        var block = new StatementBlock(node, findings);
        var action = new KeyExchangeAction(block.Name(isInline), block.Position)
        {
            Initiates = block.One<bool>("HowToInitiate", KeyExchangeValues.Initiation)?.Value,
            LocalWay = block.One("HowToAuthMe", KeyExchangeValues.Way),
            RemoteWay = block.One("HowToAuthPeer", KeyExchangeValues.Way),
            Reauthentication = block.One("ReauthInterval", KeyExchangeValues.MinutesOrNever, TimeSpan.Zero),
            TakesMobike = block.One("Mobike", Choice.YesNo, true),
            RedirectNames = block.Many<SecurityIdentity>("RedirectName", IdentityValues.Hosts),
            AllowLegacy = block.One("AllowLegacy", Choice.YesNo, false),
            Offers = UseBinder.Many(block, "KeyExchangeOffer", Offer),
        };
        WarnOfNat(block);
        IgnoreUrls(block);
        Ignore(block, OnlyIkeV1, "HowToRespond", "HowToRespondIKEv1");
        RequireNo(block, "BypassIpValidation", "FilterByIdentity");
        block.Close();
        config.EveryExchangeAction.Add(action);
        return action;
    }

    /// <summary>Binds an offer.</summary>
    public KeyExchangeOffer Offer(StatementNode node, bool isInline)
    {
        var block = new StatementBlock(node, findings);
        var offer = new KeyExchangeOffer(block.Name(isInline), block.Position)
        {
            Encryption = block.One<Cipher>("HowToEncrypt", CipherValues.Encryption),
            Integrity = block.One("HowToVerifyMsgs", KeyExchangeValues.Integrity),
            Prfs = block.Many("PseudoRandomFunction", KeyExchangeValues.Prf),
            Groups = block.Many<string>("DHGroup", KeyExchangeValues.Group),
            Additional = block.Many<string>("AdditionalKeyExchange", KeyExchangeValues.Additional),
            Lifetime = block.One<TimeSpan>("RefreshLifetimeProposed", KeyExchangeValues.Minutes)?.Value,
        };
        Ignore(block, OnlyIkeV1, "HowToAuthMsgs", "HowToAuthPeers");
        Ignore(block, "has no effect: in IKEv2 each end keeps a lifetime of its own", "RefreshLifetimeAccepted", "RefreshLifesizeAccepted", "RefreshLifesizeProposed");
        block.Close();
        return offer;
    }

    private void WarnOfNat(StatementBlock block)
    {
        if (block.One("AllowNat", Choice.YesNo) is { Value: false } nat)
        {
            findings.Warn(nat.Position, ConfigRule.Ignored, "AllowNat No has no effect: a NAT on the path is found and passed");
        }
    }

    private void RequireNo(StatementBlock block, params ReadOnlySpan<string> keywords)
    {
        foreach (var keyword in keywords)
        {
            if (block.One(keyword, Choice.YesNo) is { Value: true } yes)
            {
                findings.Error(yes.Position, ConfigRule.Unsupported, $"{keyword} Yes is not supported");
            }
        }
    }

    private void IgnoreUrls(StatementBlock block) => Ignore(block, "has no effect: certificates are never fetched from where a peer says", "CertificateURLLookupPreference");

    private void Ignore(StatementBlock block, string reason, params ReadOnlySpan<string> keywords)
    {
        foreach (var line in block.InOrder(keywords))
        {
            findings.Warn(line.Keyword.Position, ConfigRule.Ignored, $"{line.Keyword.Text()} {reason}");
        }
    }
}
