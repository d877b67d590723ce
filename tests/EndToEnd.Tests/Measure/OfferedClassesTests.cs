using IpsecDp.Host.Measure;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Ports;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;
using IpsecDp.Workloads;
using IpsecDp.Workloads.Mix;
using IpsecDp.Workloads.OpenLoop;

namespace EndToEnd.Tests.Measure;

/// <summary>The load's port and policy by class, driven by hand.</summary>
public sealed class OfferedClassesTests
{
    private const int Precedence = 5;
    private const int Arrived = 20_000;

    [Fact]
    public void Ring_FloodOfBulk_TakesNoRoomOfEnterpriseExtender()
    {
        var cycle = Cycle("ee:10,bulk:90");
        OfferedRing[] rings = [.. cycle.Shares.Select(static share => new OfferedRing(share))];
        foreach (var ring in rings)
        {
            ring.Begin();
            ring.Fill(Arrived);
        }

        Assert.Equal([0L, 0L, 0L, 0L], rings[..^1].Select(ring => ring.Lost));
        Assert.Equal(cycle.Shares[^1].Among(Arrived) - OfferedRing.Length, rings[^1].Lost);
        Assert.Equal(0, rings[^1].Precedence);
    }

    [Fact]
    public void Ring_OneForAll_IsFilledByTheFlood()
    {
        var ring = new OfferedRing(Assert.Single(Cycle("bulk").Shares));
        Assert.Equal(0, ring.Fill(OfferedRing.Length));
        Assert.Equal(1, ring.Fill(OfferedRing.Length + 1));

        Assert.Equal((0L, 0L), (ring.Take(), ring.Fill(OfferedRing.Length + 2)));
        Assert.Equal((1L, OfferedRing.Length), (ring.Lost, ring.Waiting));
    }

    [Fact]
    public void Ring_NextTrial_ForgetsWhatWaitedAndWasLost()
    {
        var ring = new OfferedRing(Assert.Single(Cycle("bulk").Shares));
        ring.Fill(OfferedRing.Length + 1);
        ring.Begin();
        Assert.Equal((0, 0L), (ring.Waiting, ring.Lost));
        Assert.Equal((0L, 0L), (ring.Fill(1), ring.Take()));
    }

    /// <summary>What finds no buffer waits on and is not lost; the trial does not end over it.</summary>
    [Fact]
    public void Port_StockIsOut_LetsPacketsWaitUntilBuffersComeBack()
    {
        var stock = new BufferPool(BufferPool.PacketCapacity, 10);
        using var port = new OfferedPort(Cycle("bulk"), stock, 1500);
        var trial = port.Begin(1e6, 1);
        Assert.True(SpinWait.SpinUntil(() => trial.Elapsed >= TimeSpan.FromMilliseconds(2), TestThread.Patience));
        trial.End();
        using var held = new PacketBatch();
        Assert.True(port.TryReceive(held));
        Assert.Equal(10, held.Count);

        using var batch = new PacketBatch();
        Assert.False(port.TryReceive(batch));
        Assert.True(port.TryPause());
        Assert.False(trial.IsEmptied);

        held.Clear();
        while (port.TryReceive(batch))
        {
            batch.Clear();
        }

        Assert.False(port.TryPause());
        Assert.Equal((true, trial.Seen), (trial.IsEmptied, trial.Taken + trial.Lost));
        Assert.True(trial.Taken > 10);
        Assert.Equal(0, stock.Outstanding);
    }

    /// <summary>The buffers given back last come first: they lie in a cache.</summary>
    [Fact]
    public void Port_BatchAfterBatch_ReadsIntoTheSameBuffers()
    {
        var cycle = Cycle("bulk");
        using var port = new OfferedPort(cycle, Stock(cycle), 1500);
        var trial = port.Begin(1e6, 1);
        Assert.True(SpinWait.SpinUntil(() => trial.Elapsed >= TimeSpan.FromMilliseconds(2), TestThread.Patience));
        trial.End();
        HashSet<PacketBuffer> used = [];
        using var batch = new PacketBatch();
        while (port.TryReceive(batch))
        {
            used.UnionWith(Enumerable.Range(0, batch.Count).Select(slot => batch[slot]!));
            batch.Clear();
        }

        Assert.Equal(PacketBatch.DefaultCapacity, used.Count);
    }

    [Fact]
    public void Port_MarkedAndBulkWait_GivesTheMarkedFirstByTheirMarkAndBulkApart()
    {
        var cycle = Cycle("ee:10,bulk:90");
        var stock = Stock(cycle);
        using var port = new OfferedPort(cycle, stock, 1500);
        Assert.Equal(-1, port.Waiting);
        var trial = port.Begin(1e6, 1);
        Assert.True(SpinWait.SpinUntil(() => port.Waiting >= 0 && trial.Seen >= Arrived, TestThread.Patience));
        trial.End();
        Assert.Equal(6, port.Waiting);

        // Nothing was taken meanwhile: of each class came what its own ring holds at most.
        var fitting = cycle.Shares.ToDictionary(share => share.Precedence, _ => 0L);
        using var batch = new PacketBatch();
        List<int> order = [];
        while (port.TryReceive(batch))
        {
            int[] precedences = [.. Enumerable.Range(0, batch.Count).Select(slot => IpPacketView.TosOf(batch[slot]!.Packet) >> Precedence)];
            Assert.True(precedences.All(precedence => precedence > 0) || precedences.All(precedence => precedence == 0));
            order.AddRange(precedences);
            batch.Clear();
        }

        Assert.Equal(order.OrderDescending(), order);
        foreach (var (precedence, lost) in port.LostAtRings)
        {
            fitting[precedence] = order.Count(one => one == precedence) + lost;
        }

        Assert.All(cycle.Shares, share => Assert.Equal(share.Among(trial.Seen), fitting[share.Precedence]));
        Assert.All(port.LostAtRings, ring => Assert.Equal(Math.Max(0, cycle.Shares.Single(share => share.Precedence == ring.Precedence).Among(trial.Seen) - OfferedRing.Length), ring.Packets));
        Assert.False(port.TryPause());
        Assert.True(trial.IsEmptied);
    }

    [Fact]
    public void Port_WhileATrialRuns_IsPausedForAndNotSleptFor()
    {
        var cycle = Cycle("bulk");
        using var port = new OfferedPort(cycle, Stock(cycle), 1500);
        Assert.False(port.TryPause());
        port.Begin(1, 1);
        Assert.True(port.TryPause());
        port.Interrupt();
        Assert.True(port.IsOver);
    }

    [Fact]
    public void Policy_OfAMix_GivesEachImportanceARuleOfItsOwn()
    {
        var kinds = LoopTraffic.Of(Cycle("ee:10,bulk:90").FlowsInUse.Select(flow => flow.Class));

        Assert.Equal(["ee-network", "ee-high", "ee-medium", "ee-low", "rest"], kinds.Select(kind => kind.Name));
        Assert.Equal("ee-network", FirstFor(kinds, IpProtocol.Udp, 12000));
        Assert.Equal("ee-network", FirstFor(kinds, IpProtocol.Udp, 12001));
        Assert.Equal("ee-high", FirstFor(kinds, IpProtocol.Udp, 12002));
        Assert.Equal("ee-low", FirstFor(kinds, IpProtocol.Udp, 12004));
        Assert.Equal("rest", FirstFor(kinds, IpProtocol.Udp, 12005));
        Assert.Equal("rest", FirstFor(kinds, IpProtocol.Tcp, 12002));
    }

    [Fact]
    public void Policy_OfBulk_IsOneRule() => Assert.Equal("rest", Assert.Single(LoopTraffic.Of([TrafficClass.Bulk, TrafficClass.BulkAck])).Name);

    private static ArrivalCycle Cycle(string load) =>
        ArrivalCycle.Draw(new ArrivalModel { PathMtu = 1400, Mix = TrafficMix.TryParse(load, out var mix) ? mix : throw new ArgumentException(load) });

    private static BufferPool Stock(ArrivalCycle cycle) => new(BufferPool.PacketCapacity, OfferedRing.Length * cycle.Shares.Count);

    private static string? FirstFor(IReadOnlyList<LoopTraffic> kinds, byte protocol, ushort port)
    {
        var pair = ArrivalCycle.PairOf(0);
        var (local, remote) = (AddressRange.Of(pair.A), AddressRange.Of(pair.B));
        return kinds.FirstOrDefault(kind => kind.Between(local, remote).Any(selector =>
            (selector.Protocol is null || selector.Protocol == protocol) && selector.LocalPorts.Contains(port) && selector.RemotePorts.Contains(port)))?.Name;
    }
}
