using IpsecDp.Workloads.Flows;
using IpsecDp.Workloads.Framing;

namespace IpsecDp.Workloads;

/// <summary>What a <see cref="TrafficModel"/> must satisfy to be carried out.</summary>
internal static class TrafficModelRules
{
    private const int MostWindow = 4096;
    private const int LargestMtu = 65535;

    /// <summary>Refuses a model that cannot be carried out, saying why.</summary>
    public static void Verify(TrafficModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Require(model.Pairs.Count > 0, "a model needs an address pair");
        Require(model.Pairs.All(p => p.A.Version == p.B.Version && p.A != p.B), "the addresses of a pair are two of one IP version");
        Require(model.Pairs.Distinct().Count() == model.Pairs.Count, "an address pair is given once");
        Require(model.PathMtu is >= TrafficModel.SmallestPathMtu and <= LargestMtu, "the path MTU is 576 to 65535 octets");
        Require(model.TicksPerSecond > 0, "ticks per second are positive");
        Require(model.GiveUpAfter > TimeSpan.Zero && model.DelayedAcknowledgment >= TimeSpan.Zero, "times are positive");
        VerifyMix(model);
        VerifyBulk(model);
        VerifyInteractive(model);
        VerifyEnterpriseExtender(model);
        Require(CountFlows(model) is > 0 and <= TrafficModel.MostFlows, "a model has 1 to 8192 flows");
    }

    private static void VerifyMix(TrafficModel model)
    {
        var mix = model.Mix;
        Require(mix is { EnterpriseExtender: >= 0, Bulk: >= 0, Interactive: >= 0 }, "weights are not negative");
        Require(mix.EnterpriseExtender + mix.Bulk + mix.Interactive > 0, "one kind of traffic has a weight");
    }

    private static void VerifyBulk(TrafficModel model)
    {
        var bulk = model.Bulk;
        Require(bulk.Flows >= 0 && bulk.Window is >= 1 and <= MostWindow, "a bulk window is 1 to 4096 segments");
        Require(bulk is { SegmentsPerFrame: >= 1, SegmentSize: >= 0 }, "a frame has a segment, a segment size is not negative");
        Require(bulk.ServicePort < TcpConnection.FirstPort, "service ports lie below 32768");
    }

    private static void VerifyInteractive(TrafficModel model)
    {
        var interactive = model.Interactive;
        Require(interactive.Flows >= 0 && interactive.MostResponses is >= 1 and <= TransactionShape.ResponseBlock, "a response has 1 to 8 packets");
        Require(interactive.SmallestRequest <= interactive.LargestRequest && interactive.SmallestResponse <= interactive.LargestResponse, "smallest is not above largest");
        Require(interactive.ShortestThink >= TimeSpan.Zero && interactive.ShortestThink <= interactive.LongestThink, "shortest think time is not above longest");
        Require(interactive.ServicePort < TcpConnection.FirstPort, "service ports lie below 32768");
    }

    private static void VerifyEnterpriseExtender(TrafficModel model)
    {
        var ee = model.EnterpriseExtender;
        Require(ee is { HighConnections: >= 0, MediumConnections: >= 0, LowConnections: >= 0 }, "connections are not negative");
        Require(ee.Window is >= 1 and <= MostWindow && ee is { StatusEvery: >= 1, PacketsPerMessage: >= 1, LowBurst: >= 1, LowPacketsPerSecond: >= 0 }, "an EE window is 1 to 4096 packets, counts are positive");
        Require(ee.ShortestThink >= TimeSpan.Zero && ee.ShortestThink <= ee.LongestThink, "shortest think time is not above longest");
        Require(ee.Liveness > TimeSpan.Zero && ee.RouteSetup > TimeSpan.Zero, "EE intervals are positive");
        Require(ee.Shares is { High: > 0, Medium: > 0, Low: > 0 }, "EE shares are positive");
    }

    private static int CountFlows(TrafficModel model)
    {
        const int FlowsOfLink = 3;
        var ee = model.EnterpriseExtender;
        var count = model.Mix.Bulk > 0 ? model.Bulk.Flows : 0;
        count += model.Mix.Interactive > 0 ? model.Interactive.Flows : 0;
        var connections = ee.HighConnections + ee.MediumConnections + ee.LowConnections + FlowsOfLink;
        return count + (model.Mix.EnterpriseExtender > 0 ? connections * model.Pairs.Count : 0);
    }

    private static void Require(bool holds, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException(rule);
        }
    }
}
