using IpsecDp.Modelling.Simulation;
using IpsecDp.Workloads;
using IpsecDp.Workloads.OpenLoop;

namespace IpsecDp.Host.Measure;

/// <summary>A load as a simulated machine is offered it: a stream for each importance of traffic, with the ring and the SAs it has on the measured line.</summary>
internal static class LoopStreams
{
    /// <summary>The streams of a cycle, which take one way through the product, with so many tunnels.</summary>
    public static IReadOnlyList<OfferedStream> Of(ArrivalCycle cycle, string path, int tunnels)
    {
        var classes = cycle.FlowsInUse.Select(static flow => flow.Class).Distinct().ToArray();
        return [.. LoopTraffic.Of(classes).Select(kind => StreamOf(cycle, kind, [.. classes.Where(kind.Includes)], path, tunnels))];
    }

    private static OfferedStream StreamOf(ArrivalCycle cycle, LoopTraffic kind, TrafficClass[] classes, string path, int tunnels)
    {
        var packets = classes.Sum(trafficClass => cycle.OfClass(trafficClass, cycle.Count));
        return new OfferedStream
        {
            Name = kind.Name,
            Path = path,
            PacketsPerSecond = packets,
            Octets = [(int)Math.Round((double)classes.Sum(cycle.OctetsOf) / packets)],
            Class = kind.Class,
            Precedence = kind.Precedence,
            Associations = tunnels,
            Arrivals = ArrivalKind.Deterministic,
        };
    }
}
