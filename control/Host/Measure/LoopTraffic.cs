using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;
using IpsecDp.Workloads;
using IpsecDp.Workloads.EnterpriseExtender;

namespace IpsecDp.Host.Measure;

/// <summary>Traffic of one importance between two hosts, as an operator writes a rule for it: the ports of an Enterprise Extender priority, or whatever is left.</summary>
internal sealed record LoopTraffic(string Name, IReadOnlyList<ushort> Ports)
{
    private static readonly LoopTraffic Network = new("ee-network", [EePorts.Signalling, EePorts.Network]);
    private static readonly LoopTraffic High = new("ee-high", [EePorts.High]);
    private static readonly LoopTraffic Medium = new("ee-medium", [EePorts.Medium]);
    private static readonly LoopTraffic Low = new("ee-low", [EePorts.Low]);
    private static readonly LoopTraffic Rest = new("rest", []);

    /// <summary>The kinds a load consists of, in the order of their rules.</summary>
    public static IReadOnlyList<LoopTraffic> Of(IEnumerable<TrafficClass> classes)
    {
        var used = classes.Select(Of).ToHashSet();
        return [.. new[] { Network, High, Medium, Low, Rest }.Where(used.Contains)];
    }

    /// <summary>What it selects between two addresses.</summary>
    public IReadOnlyList<TrafficSelector> Between(AddressRange local, AddressRange remote) => Ports.Count == 0
        ? [new TrafficSelector(local, remote, null, PortRange.Any, PortRange.Any)]
        : [.. Ports.Select(port => new TrafficSelector(local, remote, IpProtocol.Udp, PortRange.Of(port), PortRange.Of(port)))];

    private static LoopTraffic Of(TrafficClass trafficClass) => trafficClass switch
    {
        TrafficClass.EeSignalling or TrafficClass.EeNetwork => Network,
        TrafficClass.EeHigh => High,
        TrafficClass.EeMedium => Medium,
        TrafficClass.EeLow => Low,
        _ => Rest,
    };
}
