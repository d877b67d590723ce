using IpsecDp.Engines;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;
using IpsecDp.Workloads;
using IpsecDp.Workloads.EnterpriseExtender;

namespace IpsecDp.Host.Measure;

/// <summary>Traffic of one importance between two hosts, as an operator writes a rule for it: the ports of an Enterprise Extender priority, or whatever is left.</summary>
internal sealed record LoopTraffic(string Name, ServiceClass Class, IReadOnlyList<ushort> Ports)
{
    private const int PrecedenceShift = 5;

    private static readonly LoopTraffic Network = new("ee-network", ServiceClass.EeNetwork, [EePorts.Signalling, EePorts.Network]);
    private static readonly LoopTraffic High = new("ee-high", ServiceClass.EeHigh, [EePorts.High]);
    private static readonly LoopTraffic Medium = new("ee-medium", ServiceClass.EeMedium, [EePorts.Medium]);
    private static readonly LoopTraffic Low = new("ee-low", ServiceClass.EeLow, [EePorts.Low]);
    private static readonly LoopTraffic Rest = new("rest", ServiceClass.Tcp, []);

    /// <summary>The IP precedence of its packets.</summary>
    public int Precedence => Ports is [var port, ..] ? EePorts.TosOf(port) >> PrecedenceShift : 0;

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

    /// <summary>Whether it is what a class of traffic belongs to.</summary>
    public bool Includes(TrafficClass trafficClass) => Of(trafficClass) == this;

    private static LoopTraffic Of(TrafficClass trafficClass) => trafficClass switch
    {
        TrafficClass.EeSignalling or TrafficClass.EeNetwork => Network,
        TrafficClass.EeHigh => High,
        TrafficClass.EeMedium => Medium,
        TrafficClass.EeLow => Low,
        _ => Rest,
    };
}
