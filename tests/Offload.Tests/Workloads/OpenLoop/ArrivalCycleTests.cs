using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Workloads;
using IpsecDp.Workloads.Mix;
using IpsecDp.Workloads.OpenLoop;
using IpsecDp.Workloads.PcapReplay;

namespace Offload.Tests.Workloads.OpenLoop;

public sealed class ArrivalCycleTests
{
    private const int Mtu = 1446;

    [Theory]
    [InlineData("ee")]
    [InlineData("bulk")]
    [InlineData("interactive")]
    [InlineData("mixed")]
    public void Draw_EveryLoad_MakesWholePacketsOfItsSizes(string load)
    {
        Assert.True(TrafficMix.TryParse(load, out var mix));
        var cycle = ArrivalCycle.Draw(new ArrivalModel { Mix = mix, PathMtu = Mtu, Tunnels = 3 });
        for (var number = 0L; number < cycle.Count; number++)
        {
            var packet = new byte[cycle.LengthOf(number)];
            Assert.InRange(packet.Length, ArrivalStamp.SmallestPacket, Mtu);
            cycle.Write(packet, number, dueAt: 77 + number, trial: 5);
            Assert.True(IpPacketView.TryView(packet, out var view));
            var pair = ArrivalCycle.PairOf((int)(number % 3));
            Assert.Equal((pair.A, pair.B), (view.Source, view.Destination));
            Assert.Equal(0, NaiveChecksum.Compute(packet.AsSpan(0, Ipv4View.MinimumHeaderLength)));
            Assert.True(ArrivalStamp.TryRead(packet, out var stamp));
            Assert.Equal((77 + number, (uint)number, (byte)5), (stamp.DueAt, stamp.Number, stamp.Trial));
            Assert.InRange(stamp.Flow, 0, cycle.Flows - 1);
        }
    }

    [Theory]
    [InlineData("ee")]
    [InlineData("bulk")]
    [InlineData("mixed")]
    public void Draw_EveryLoadOverIPv6_MakesWholePacketsOfItsSizes(string load)
    {
        Assert.True(TrafficMix.TryParse(load, out var mix));
        var cycle = ArrivalCycle.Draw(new ArrivalModel { Mix = mix, PathMtu = Mtu, Tunnels = 3, Family = IpVersion.V6 });
        for (var number = 0L; number < cycle.Count; number++)
        {
            var packet = new byte[cycle.LengthOf(number)];
            Assert.InRange(packet.Length, ArrivalModel.SmallestOf(IpVersion.V6), Mtu);
            cycle.Write(packet, number, dueAt: 77 + number, trial: 5);
            Assert.True(IpPacketView.TryView(packet, out var view));
            var pair = ArrivalCycle.PairOf((int)(number % 3), IpVersion.V6);
            Assert.Equal((pair.A, pair.B, IpVersion.V6), (view.Source, view.Destination, view.Version));
            Assert.True(ArrivalStamp.TryRead(packet, out var stamp));
            var (trafficClass, tunnel) = cycle.FlowOf(number);
            Assert.Equal((77 + number, ArrivalCycle.FlowOf(trafficClass, tunnel)), (stamp.DueAt, stamp.Flow));
            Assert.Contains((trafficClass, tunnel), cycle.FlowsInUse);
        }
    }

    [Fact]
    public void UniformLengthOf_Classes_IsTheirOneLengthOrNone()
    {
        var cycle = ArrivalCycle.Draw(new ArrivalModel { PathMtu = Mtu });

        Assert.Equal(Mtu, cycle.UniformLengthOf(TrafficClass.Bulk));
        Assert.Equal(ArrivalStamp.SmallestPacket, cycle.UniformLengthOf(TrafficClass.BulkAck));
        Assert.Null(cycle.UniformLengthOf(TrafficClass.EeHigh));
        Assert.Null(cycle.UniformLengthOf(TrafficClass.Echo));
    }

    // A size that an IPv4 packet has room for and an IPv6 one has not.
    [Fact]
    public void Draw_TooSmallForIPv6_IsRefused() =>
        Assert.Throws<ArgumentException>(() => ArrivalCycle.Draw(new ArrivalModel { PathMtu = Mtu, PacketLength = ArrivalStamp.SmallestPacket, Family = IpVersion.V6 }));

    // What a buffer held before is nobody's to find again: every octet is written, by the thread that brings the packet.
    [Theory]
    [InlineData("ee")]
    [InlineData("bulk")]
    public void Write_BuffersThatHeldOtherThings_LeavesNothingOfThem(string load)
    {
        Assert.True(TrafficMix.TryParse(load, out var mix));
        var cycle = ArrivalCycle.Draw(new ArrivalModel { Mix = mix, PathMtu = Mtu });
        for (var number = 0L; number < 64; number++)
        {
            var (one, other) = (new byte[cycle.LengthOf(number)], new byte[cycle.LengthOf(number)]);
            other.AsSpan().Fill(0xA5);
            cycle.Write(one, number, dueAt: 1, trial: 2);
            cycle.Write(other, number, dueAt: 1, trial: 2);
            Assert.Equal(one, other);

            // The twin: another packet is another.
            cycle.Write(other, number, dueAt: 2, trial: 2);
            Assert.NotEqual(one, other);
        }
    }

    [Fact]
    public void ArrivedBy_TimesOfArrivals_CountsWhatArrivedByThen()
    {
        var cycle = ArrivalCycle.Draw(new ArrivalModel { PathMtu = Mtu });
        foreach (var number in new[] { 0L, 1, 2, 8191, 8192, 8193, 100_000 })
        {
            var at = cycle.ArrivalOf(number);
            Assert.True(cycle.ArrivedBy(at + 1e-9) > number);
            Assert.True(cycle.ArrivedBy(at - 1e-9) <= number);
        }

        // The mean gap is one, so that a rate is a rate.
        Assert.InRange(cycle.ArrivedBy(1_000_000) / 1_000_000.0, 0.999, 1.001);
        Assert.Equal(0, cycle.ArrivedBy(0));
    }

    [Fact]
    public void OfClass_AllClasses_AddUpToAllPackets()
    {
        var cycle = ArrivalCycle.Draw(new ArrivalModel { PathMtu = Mtu });
        foreach (var first in new[] { 0L, 1, 4000, 8192, 20_000 })
        {
            Assert.Equal(first, Enum.GetValues<TrafficClass>().Sum(trafficClass => cycle.OfClass(trafficClass, first)));
        }

        Assert.Equal(Enumerable.Range(0, 10_000).Sum(number => (long)cycle.LengthOf(number)), cycle.OctetsOf(10_000));
        Assert.InRange(cycle.OfClass(TrafficClass.EeHigh, cycle.Count) / (double)cycle.Count, 0.33, 0.39);
    }

    [Fact]
    public void Draw_EqualSeeds_AreEqual()
    {
        var (one, same, other) = (Lengths(seed: 1), Lengths(seed: 1), Lengths(seed: 2));

        Assert.Equal(one, same);
        Assert.NotEqual(one, other);

        static int[] Lengths(ulong seed)
        {
            var cycle = ArrivalCycle.Draw(new ArrivalModel { PathMtu = Mtu, Seed = seed });
            return [.. Enumerable.Range(0, cycle.Count).Select(number => cycle.LengthOf(number))];
        }
    }

    [Fact]
    public void Draw_ImpossibleModel_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => ArrivalCycle.Draw(new ArrivalModel { PathMtu = Mtu, Tunnels = 0 }));
        Assert.Throws<ArgumentException>(() => ArrivalCycle.Draw(new ArrivalModel { PathMtu = 100 }));
        Assert.Throws<ArgumentException>(() => ArrivalCycle.Draw(new ArrivalModel { PathMtu = Mtu, PacketLength = Mtu + 1 }));
        Assert.Throws<ArgumentException>(() => ArrivalCycle.Draw(new ArrivalModel { PathMtu = Mtu, PacketLength = 20 }));
        Assert.Throws<ArgumentException>(() => ArrivalCycle.Draw(new ArrivalModel { PathMtu = Mtu, Mix = default }));
    }

    [Fact]
    public void Replay_EmptyCapture_IsRefused() =>
        Assert.Throws<ArgumentException>(() => ArrivalCycle.Replay(CaptureFile.Read([1, 2, 3], new CaptureLimits()), new ArrivalModel { PathMtu = Mtu }));
}
