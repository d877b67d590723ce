using IpsecDp.Engines;
using IpsecDp.Host.Measure;
using IpsecDp.Workloads.Mix;
using IpsecDp.Workloads.OpenLoop;

namespace EndToEnd.Tests.Measure;

/// <summary>What the simulated machine is offered is what the measured line is.</summary>
public sealed class LoopStreamsTests
{
    [Fact]
    public void Of_EnterpriseExtenderAndBulk_IsAStreamForEachRingOfThePort()
    {
        var cycle = Cycle("ee:10,bulk:90");
        var streams = LoopStreams.Of(cycle, "seal", tunnels: 3);

        Assert.Equal(["ee-network", "ee-high", "ee-medium", "ee-low", "rest"], streams.Select(static stream => stream.Name));
        Assert.Equal([ServiceClass.EeNetwork, ServiceClass.EeHigh, ServiceClass.EeMedium, ServiceClass.EeLow, ServiceClass.Tcp], streams.Select(static stream => stream.Class));
        Assert.Equal(cycle.Shares.Select(static share => share.Precedence), streams.Select(static stream => stream.Precedence));
        Assert.Equal(cycle.Shares.Select(share => (double)share.Among(cycle.Count)), streams.Select(static stream => stream.PacketsPerSecond));
        Assert.All(streams, static stream => Assert.Equal(("seal", 3), (stream.Path, stream.Associations)));

        // All octets are some stream's, but for rounding.
        Assert.Equal(cycle.MeanLength, streams.Sum(static stream => stream.PacketsPerSecond * stream.Octets[0]) / cycle.Count, 1.0);
        Assert.True(streams[0].Octets[0] < streams[3].Octets[0]);
    }

    [Fact]
    public void Of_Bulk_IsOneRoutineStream()
    {
        var stream = Assert.Single(LoopStreams.Of(Cycle("bulk"), "seal", tunnels: 1));
        Assert.Equal(("rest", 0, ServiceClass.Tcp), (stream.Name, stream.Precedence, stream.Class));
    }

    private static ArrivalCycle Cycle(string load) =>
        ArrivalCycle.Draw(new ArrivalModel { PathMtu = 1400, Mix = TrafficMix.TryParse(load, out var mix) ? mix : throw new ArgumentException(load) });
}
