using IpsecDp.Policy.Config;

namespace IpsecDp.Policy.Validation;

/// <summary>A key exchange rule says who both ends are, and has what proves it.</summary>
internal sealed class KeyExchangeValidator(PolicyConfig config, Findings findings)
{
    private const int ShortestKey = 16;

    /// <summary>Reports what the rules get wrong.</summary>
    public void Validate()
    {
        if (config.ExchangePolicy is { Rules.Count: 0 } policy)
        {
            findings.Warn(policy.Position, ConfigRule.Ignored, "KeyExchangePolicy has no rule: no key exchange succeeds");
        }

        if (config.ExchangePolicy is null && config.EveryRule.Find(rule => rule.DynamicVpn is not null) is { } dynamic)
        {
            findings.Error(dynamic.DynamicVpn!.Position, ConfigRule.Missing, "an IpDynVpnAction needs a KeyExchangePolicy statement in the policy");
        }

        foreach (var rule in config.EveryExchangeRule)
        {
            if (rule.Local?.In(config.LocalEndpoints) is { } local && rule.Remote?.In(config.RemoteEndpoints) is { } remote)
            {
                Validate(rule, local, remote);
            }
        }
    }

    /// <summary>How this host proves its identity under a rule: as the action says, else by what the rule has.</summary>
    public static AuthenticationWay LocalWay(KeyExchangeRule rule, KeyExchangeAction? action) =>
        action?.LocalWay?.Value ?? (rule.SharedKey is not null ? AuthenticationWay.SharedKey : AuthenticationWay.Signature);

    /// <summary>How the peer has to: as the action says, else as this host does.</summary>
    public static AuthenticationWay RemoteWay(KeyExchangeRule rule, KeyExchangeAction? action) => action?.RemoteWay?.Value ?? LocalWay(rule, action);

    private void Validate(KeyExchangeRule rule, SecurityEndpoint local, SecurityEndpoint remote)
    {
        if (!local.Given.Contains("Identity") && !IsOneAddress(local))
        {
            findings.Error(local.Position, ConfigRule.KeyExchange, "LocalSecurityEndpoint needs Identity where Location is not one address");
        }

        if (!remote.Given.Contains("Identity") && !IsOneAddress(remote))
        {
            findings.Error(remote.Position, ConfigRule.KeyExchange, "RemoteSecurityEndpoint needs Identity where Location is not one address");
        }

        var action = rule.Action?.In(config.ExchangeActions);
        var (own, peers) = (LocalWay(rule, action), RemoteWay(rule, action));
        if (own == AuthenticationWay.Signature && !local.Given.Contains("CertificateFile") && (rule.SharedKey is not null || !rule.Given.Contains("SharedKey")))
        {
            findings.Error(rule.Position, ConfigRule.KeyExchange, $"rule {rule.Name} has nothing this host could prove itself by: it needs a SharedKey, or CertificateFile and PrivateKeyFile in its LocalSecurityEndpoint");
        }

        if (peers == AuthenticationWay.Signature && (own == AuthenticationWay.SharedKey || local.Certificate is not null) && !remote.Given.Contains("CaFile"))
        {
            findings.Error(rule.Position, ConfigRule.KeyExchange, $"rule {rule.Name} has nothing a peer's signature could be checked by: it needs CaFile in its RemoteSecurityEndpoint");
        }

        if ((own == AuthenticationWay.SharedKey || peers == AuthenticationWay.SharedKey) && !rule.Given.Contains("SharedKey"))
        {
            findings.Error(action?.Position ?? rule.Position, ConfigRule.KeyExchange, $"rule {rule.Name} needs a SharedKey");
        }

        RequireStrongKey(rule, own == AuthenticationWay.SharedKey || peers == AuthenticationWay.SharedKey);
    }

    private void RequireStrongKey(KeyExchangeRule rule, bool isUsed)
    {
        if (rule.SharedKey is not { } key)
        {
            return;
        }

        if (!isUsed)
        {
            findings.Warn(key.Position, ConfigRule.Ignored, $"the SharedKey of rule {rule.Name} is never used");
        }

        if (key.InPlace is { } octets && octets.Octets.Length == 0 | !octets.Octets.Reveal().ContainsAnyExcept((byte)0))
        {
            findings.Error(octets.Position, ConfigRule.WeakKey, "the key is empty or all zeros");
        }
        else if (key.InPlace is { Octets.Length: < ShortestKey } guessable)
        {
            findings.Warn(guessable.Position, ConfigRule.WeakKey, $"a SharedKey under {ShortestKey} octets can be guessed by whoever hears one negotiation (RFC 7296 §2.15)");
        }
    }

    private static bool IsOneAddress(SecurityEndpoint endpoint) => endpoint.Location is not { } location || (location.Value.Count == 1 && location.Value[0].First == location.Value[0].Last);
}
