using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Config;

/// <summary>Everything one policy file says; disposing it zeroes the keys.</summary>
internal sealed class PolicyConfig(SourcePosition start) : IDisposable
{
    private readonly List<IpManVpnAction> _manualTunnels = [];

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

    /// <summary>Every service, coded inline or globally, in the order of the text.</summary>
    public List<IpService> EveryService { get; } = [];

    /// <summary>Every rule, coded inline or globally, in the order of the text.</summary>
    public List<IpFilterRule> EveryRule { get; } = [];

    /// <summary>Every manual tunnel, coded inline or globally, in the order of the text.</summary>
    public IReadOnlyList<IpManVpnAction> EveryManualTunnel => _manualTunnels;

    /// <summary>Takes a manual tunnel, and with it the duty to zero its keys.</summary>
    public void Own(IpManVpnAction tunnel) => _manualTunnels.Add(tunnel);

    /// <summary>Zeroes every key.</summary>
    public void Dispose()
    {
        foreach (var tunnel in _manualTunnels)
        {
            tunnel.Dispose();
        }
    }
}
