using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Config;

/// <summary>Everything one policy file says; disposing it zeroes the keys.</summary>
internal sealed class PolicyConfig(SourcePosition start) : IDisposable
{
    private readonly List<IpManVpnAction> _manualTunnels = [];
    private readonly List<KeyExchangeRule> _exchangeRules = [];

    /// <summary>The file, for faults without a place.</summary>
    public SourcePosition Start => start;

    /// <summary>The IpFilterPolicy; null when the file forgot it.</summary>
    public IpFilterPolicy? FilterPolicy { get; set; }

    public NameTable<IpFilterRule> Rules { get; } = new("IpFilterRule");

    public NameTable<IpFilterGroup> RuleGroups { get; } = new("IpFilterGroup");

    public NameTable<IpService> Services { get; } = new("IpService");

    public NameTable<IpServiceGroup> ServiceGroups { get; } = new("IpServiceGroup");

    public NameTable<IpAddr> Addresses { get; } = new("IpAddr");

    public NameTable<IpAddrSet> AddressSets { get; } = new("IpAddrSet");

    public NameTable<IpAddrGroup> AddressGroups { get; } = new("IpAddrGroup");

    public NameTable<IpGenericFilterAction> Actions { get; } = new("IpGenericFilterAction");

    public NameTable<IpManVpnAction> ManualActions { get; } = new("IpManVpnAction");

    /// <summary>The KeyExchangePolicy; null when there is none.</summary>
    public KeyExchangePolicy? ExchangePolicy { get; set; }

    public NameTable<KeyExchangeRule> ExchangeRules { get; } = new("KeyExchangeRule");

    public NameTable<KeyExchangeGroup> ExchangeGroups { get; } = new("KeyExchangeGroup");

    public NameTable<KeyExchangeAction> ExchangeActions { get; } = new("KeyExchangeAction");

    public NameTable<KeyExchangeOffer> ExchangeOffers { get; } = new("KeyExchangeOffer");

    public NameTable<SecurityEndpoint> LocalEndpoints { get; } = new("LocalSecurityEndpoint");

    public NameTable<SecurityEndpoint> RemoteEndpoints { get; } = new("RemoteSecurityEndpoint");

    public NameTable<IpDynVpnAction> DynamicActions { get; } = new("IpDynVpnAction");

    public NameTable<IpDataOffer> DataOffers { get; } = new("IpDataOffer");

    public NameTable<IpLocalStartAction> StartActions { get; } = new("IpLocalStartAction");

    /// <summary>The LocalDynVpnPolicy; null when there is none.</summary>
    public LocalDynVpnPolicy? StartPolicy { get; set; }

    public NameTable<LocalDynVpnRule> StartRules { get; } = new("LocalDynVpnRule");

    public NameTable<LocalDynVpnGroup> StartGroups { get; } = new("LocalDynVpnGroup");

    /// <summary>Every dynamic tunnel, coded inline or globally, in the order of the text.</summary>
    public List<IpDynVpnAction> EveryDynamicAction { get; } = [];

    /// <summary>Every start action, coded inline or globally, in the order of the text.</summary>
    public List<IpLocalStartAction> EveryStartAction { get; } = [];

    /// <summary>Every key exchange action, coded inline or globally, in the order of the text.</summary>
    public List<KeyExchangeAction> EveryExchangeAction { get; } = [];

    /// <summary>Every key exchange rule, coded inline or globally, in the order of the text.</summary>
    public IReadOnlyList<KeyExchangeRule> EveryExchangeRule => _exchangeRules;

    /// <summary>Every service, coded inline or globally, in the order of the text.</summary>
    public List<IpService> EveryService { get; } = [];

    /// <summary>Every rule, coded inline or globally, in the order of the text.</summary>
    public List<IpFilterRule> EveryRule { get; } = [];

    /// <summary>Every manual tunnel, coded inline or globally, in the order of the text.</summary>
    public IReadOnlyList<IpManVpnAction> EveryManualTunnel => _manualTunnels;

    /// <summary>Takes a manual tunnel, and with it the duty to zero its keys.</summary>
    public void Own(IpManVpnAction tunnel) => _manualTunnels.Add(tunnel);

    /// <summary>Takes a key exchange rule, and with it the duty to zero its key.</summary>
    public void Own(KeyExchangeRule rule) => _exchangeRules.Add(rule);

    /// <summary>Zeroes every key.</summary>
    public void Dispose()
    {
        foreach (var tunnel in _manualTunnels)
        {
            tunnel.Dispose();
        }

        foreach (var rule in _exchangeRules)
        {
            rule.Dispose();
        }
    }
}
