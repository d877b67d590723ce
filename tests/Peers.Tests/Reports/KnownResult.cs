using IpsecDp.Peers.Contenders;
using IpsecDp.Peers.Effort;
using IpsecDp.Peers.Measures;
using IpsecDp.Peers.Results;

namespace Peers.Tests.Reports;

/// <summary>A result of two rounds: ours, a rival, one that is absent and one that failed once.</summary>
internal static class KnownResult
{
    /// <summary>Makes it.</summary>
    public static PeersResult Create()
    {
        string[] names = ["veth", "wireguard-go", "strongswan", "inline"];
        IMeasure[] measures = [MeasureList.Find("tcp1")!, MeasureList.Find("rtt")!];
        var options = new PeersOptions { Contenders = names, Measures = measures, Rounds = 2, Seconds = 3, Placement = Placement.Crossed };
        var result = new PeersResult(
            options,
            ContenderList.Of(names, Placement.Crossed, "wireguard-go"),
            [.. measures.SelectMany(measure => measure.Metrics)],
            new Dictionary<string, string> { ["strongswan"] = "it is missing: install <it> & try again" });
        Add(result, "tcp1", "veth", double.NaN, 8, 10);
        Add(result, "tcp1", "wireguard-go", 2, 0.5, 1);
        Add(result, "tcp1", "inline", 0.5, 4, 6);
        Add(result, "rtt.p50", "inline", 0, 300);
        Add(result, "rtt.p50", "wireguard-go", 0, 600, 700);
        result.Faults.Add(new Fault(2, "inline", "rtt", "no answer"));
        return result;
    }

    private static void Add(PeersResult result, string metric, string contender, double cpuSeconds, params double[] figures) =>
        result.Samples.AddRange(figures.Select((figure, i) => new Sample(i + 1, contender, metric, figure, new EffortSpent(1e9, cpuSeconds, 0.25, 7))));
}
