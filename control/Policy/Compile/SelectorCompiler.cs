using IpsecDp.Ipsec.Spd;
using IpsecDp.Policy.Config;
using IpsecDp.Policy.Text;
using IpsecDp.Policy.Validation;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Policy.Compile;

/// <summary>Crosses the addresses and services of a rule into selectors, one list per direction.</summary>
internal sealed class SelectorCompiler(PolicyConfig config, ExpansionBudget budget, Findings findings)
{
    private readonly Dictionary<IpFilterRule, IReadOnlyList<RuleSelectors>> _compiled = new(ReferenceEqualityComparer.Instance);
    private int _selectors;

    /// <summary>The selectors of a rule, the same for every reference to it; empty when its names dangle or its sides cannot meet, which is reported once.</summary>
    public IReadOnlyList<RuleSelectors> Compile(IpFilterRule rule)
    {
        if (!_compiled.TryGetValue(rule, out var selectors))
        {
            _compiled.Add(rule, selectors = Unfold(rule));
        }

        return selectors;
    }

    private List<RuleSelectors> Unfold(IpFilterRule rule)
    {
        var local = new List<AddressRange>();
        var remote = new List<AddressRange>();
        var services = new List<IpService>();
        if (!SideExpansion.TryExpand(rule.Source, config, budget, local) || !SideExpansion.TryExpand(rule.Destination, config, budget, remote) || !TryServices(rule, services))
        {
            findings.Error(rule.Position, ConfigRule.TooLarge, $"the names of rule {rule.Name} lead to more than {ExpansionLimits.PerRule} addresses or services");
            return [];
        }

        // Nothing on a side means a name that dangles, and that was said where the name stands.
        if (local.Count == 0 || remote.Count == 0 || services.Count == 0)
        {
            return [];
        }

        var crossed = Pairs(local, remote) * services.Count;
        if (crossed > ExpansionLimits.PerRule || (_selectors += (int)crossed) > ExpansionLimits.Selectors)
        {
            findings.Error(rule.Position, ConfigRule.TooLarge, $"rule {rule.Name} makes {crossed} selectors; {ExpansionLimits.PerRule} a rule and {ExpansionLimits.Selectors} in all are allowed");
            return [];
        }

        return AreFamiliesAgreed(rule, local, remote) ? Cross(rule, local, remote, services) : [];
    }

    private static long Pairs(List<AddressRange> local, List<AddressRange> remote)
    {
        long local4 = local.Count(r => r.First.Version == IpVersion.V4);
        long remote4 = remote.Count(r => r.First.Version == IpVersion.V4);
        return (local4 * remote4) + ((local.Count - local4) * (remote.Count - remote4));
    }

    private bool TryServices(IpFilterRule rule, List<IpService> services)
    {
        if (rule.Service is not { } use)
        {
            services.Add(new IpService(rule.Name, rule.Position));
            return true;
        }

        return GroupExpansion.TryExpand([use], config.Services, config.ServiceGroups, g => g.Members, ExpansionLimits.PerRule, budget, services);
    }

    private bool AreFamiliesAgreed(IpFilterRule rule, List<AddressRange> local, List<AddressRange> remote) =>
        FindsPartners(rule, rule.Source, local, remote) & FindsPartners(rule, rule.Destination, remote, local);

    private bool FindsPartners(IpFilterRule rule, AddressChoice side, List<AddressRange> mine, List<AddressRange> others)
    {
        // All takes the version of the other side; any other address that no packet could carry is a mistake.
        if (side.IsAll)
        {
            return true;
        }

        var versions = others.Select(other => other.First.Version).ToHashSet();
        foreach (var range in mine)
        {
            if (!versions.Contains(range.First.Version))
            {
                findings.Error(side.Position, ConfigRule.AddressFamily, $"rule {rule.Name} mixes IP versions: nothing on the other side goes with {range}");
                return false;
            }
        }

        return true;
    }

    private List<RuleSelectors> Cross(IpFilterRule rule, List<AddressRange> local, List<AddressRange> remote, List<IpService> services)
    {
        var result = new List<RuleSelectors>();
        foreach (var service in services)
        {
            var direction = service.Direction?.Value ?? RuleDirection.Both;
            var same = result.Find(r => r.Direction == direction);
            if (same is null)
            {
                result.Add(same = new RuleSelectors(direction, []));
            }

            var before = same.Selectors.Count;
            same.Selectors.AddRange(
                from l in local
                from r in remote
                where l.First.Version == r.First.Version && IsCarriedBy(service.Protocol, l.First.Version)
                select new TrafficSelector(l, r, service.Protocol, LocalPorts(service), RemotePorts(service)));
            if (same.Selectors.Count == before)
            {
                ReportForeignProtocol(rule, service);
            }
        }

        result.RemoveAll(r => r.Selectors.Count == 0);
        return result;
    }

    private void ReportForeignProtocol(IpFilterRule rule, IpService service)
    {
        var position = rule.Service?.Position ?? rule.Position;
        findings.Error(position, ConfigRule.AddressFamily, $"rule {rule.Name} can never fit: protocol {service.Protocol} does not exist in the IP version of its addresses");
    }

    private static bool IsCarriedBy(byte? protocol, IpVersion version) => protocol switch
    {
        IpProtocol.Icmp or IpProtocol.Igmp => version == IpVersion.V4,
        IpProtocol.Icmpv6 or IpProtocol.Mobility => version == IpVersion.V6,
        _ => true,
    };

    private static PortRange LocalPorts(IpService service) =>
        service.IcmpType is { } type ? PortRange.OfIcmp(type.Value, service.IcmpCode?.Value) : service.SourcePorts?.Value ?? PortRange.Any;

    private static PortRange RemotePorts(IpService service) => service.IcmpType is null ? service.DestinationPorts?.Value ?? PortRange.Any : LocalPorts(service);
}
