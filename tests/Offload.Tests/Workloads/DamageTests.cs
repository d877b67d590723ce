using IpsecDp.Workloads;

namespace Offload.Tests.Workloads;

public sealed class DamageTests
{
    [Theory]
    [InlineData("mixed", false)]
    [InlineData("mixed", true)]
    public void Receive_AnyBitFlippedInAnyClass_IsNeverTakenForIntact(string mix, bool isV6)
    {
        foreach (var (side, packet, tag) in SamplePerClass(TrafficHostTests.Model(mix, isV6)))
        {
            var sink = new TrafficHost(TrafficHostTests.Model(mix, isV6), side == HostSide.A ? HostSide.B : HostSide.A);
            for (var bit = 0; bit < packet.Length * 8; bit++)
            {
                var damaged = (byte[])packet.Clone();
                damaged[bit / 8] ^= (byte)(0x80 >> (bit % 8));
                var verdict = sink.Receive(damaged, 0);
                Assert.True(verdict is ArrivalVerdict.Corrupted or ArrivalVerdict.Unknown, $"{tag.Class} bit {bit}: {verdict}");
            }
        }
    }

    [Fact]
    public void Receive_BitFlippedInBody_IsBookedToItsClass()
    {
        var hosts = LinkedHosts.Of(TrafficHostTests.Model("mixed", isV6: false));
        var damaged = new Dictionary<TrafficClass, long>();
        hosts.Fault = (packet, tag) =>
        {
            if (hosts.Written % 97 == 0 && tag.Class != TrafficClass.EeSignalling)
            {
                packet[^1] ^= 0x10;
                damaged[tag.Class] = damaged.GetValueOrDefault(tag.Class) + 1;
            }

            return [packet];
        };

        var report = hosts.Run(40_000).Drain();

        Assert.NotEmpty(damaged);
        Assert.All(report.Classes, c => Assert.Equal(damaged.GetValueOrDefault(c.Class), c.Corrupted));
        Assert.Equal(0, report.Lost + report.Unknown + report.Unattributed);
    }

    [Theory]
    [InlineData("ee")]
    [InlineData("bulk")]
    [InlineData("interactive")]
    public void Receive_EveryTenthTwice_CountsExactlyTheDuplicates(string mix)
    {
        var hosts = LinkedHosts.Of(TrafficHostTests.Model(mix, isV6: false));
        var twice = 0L;
        hosts.Fault = (packet, _) =>
        {
            var isTwice = hosts.Written % 10 == 0;
            twice += isTwice ? 1 : 0;
            return isTwice ? [packet, packet] : [packet];
        };

        var report = hosts.Run(30_000).Drain();

        Assert.Equal(twice, report.Classes.Sum(c => c.Duplicated));
        Assert.Equal(report.Offered, report.Delivered);
        Assert.Equal(0, report.Classes.Sum(c => c.Corrupted + c.Reordered));
    }

    [Theory]
    [InlineData("ee")]
    [InlineData("bulk")]
    [InlineData("interactive")]
    [InlineData("mixed")]
    public void Receive_EveryFiftiethDropped_CountsExactlyTheLossAndKeepsGoing(string mix)
    {
        var hosts = LinkedHosts.Of(TrafficHostTests.Model(mix, isV6: false));
        var dropped = 0L;
        hosts.Fault = (packet, _) =>
        {
            var isDropped = hosts.Written % 50 == 0;
            dropped += isDropped ? 1 : 0;
            return isDropped ? [] : [packet];
        };

        var report = hosts.Run(60_000).Drain();

        Assert.Equal(dropped, report.Lost);
        Assert.Equal(report.Offered - dropped, report.Delivered);
        Assert.Equal(0, report.Classes.Sum(c => c.Corrupted + c.Duplicated + c.Reordered));
    }

    [Fact]
    public void Receive_AllAcknowledgmentsLost_FlowsGiveUpAndGoOn()
    {
        var hosts = LinkedHosts.Of(TrafficHostTests.Model("bulk", isV6: false));
        hosts.Fault = (packet, tag) => tag.Class == TrafficClass.BulkAck ? [] : [packet];

        var report = hosts.Run(5_000).Drain();

        var bulk = Assert.Single(report.Classes, c => c.Class == TrafficClass.Bulk);
        Assert.Equal(bulk.Offered, bulk.Delivered);
        Assert.Equal(bulk.Offered, bulk.GivenUp);
    }

    [Fact]
    public void Receive_NeighboursOfOneFlowSwapped_AreReorderedButDelivered()
    {
        var hosts = LinkedHosts.Of(TrafficHostTests.Model("bulk", isV6: false) with { Bulk = new() { Flows = 1 } });
        byte[]? held = null;
        var swaps = 0L;
        hosts.Fault = (packet, tag) =>
        {
            if (tag.Class != TrafficClass.Bulk)
            {
                return [packet];
            }

            if (held is null && tag.Sequence % 20 == 5)
            {
                held = packet;
                return [];
            }

            var earlier = held;
            held = null;
            swaps += earlier is null ? 0 : 1;
            return earlier is null ? [packet] : [packet, earlier];
        };

        var report = hosts.Run(20_000).Drain();

        Assert.True(swaps > 100);
        Assert.Equal(swaps, report.Classes.Sum(c => c.Reordered));
        Assert.Equal(0, report.Classes.Sum(c => c.Duplicated + c.Corrupted));
    }

    [Fact]
    public void Receive_AnyTruncationOrGrowth_IsNeverTakenForIntact()
    {
        var model = TrafficHostTests.Model("mixed", isV6: false);
        foreach (var (side, packet, tag) in SamplePerClass(model))
        {
            var sink = new TrafficHost(model, side == HostSide.A ? HostSide.B : HostSide.A);
            for (var length = 0; length < packet.Length; length++)
            {
                Assert.True(sink.Receive(packet.AsSpan(0, length), 0) is ArrivalVerdict.Unknown or ArrivalVerdict.Corrupted, $"{tag.Class} cut to {length}");
            }

            Assert.Equal(ArrivalVerdict.Corrupted, sink.Receive((byte[])[.. packet, 0], 0));
        }
    }

    [Fact]
    public void Receive_Garbage_NeverThrowsAndIsUnknownOrCorrupted()
    {
        var random = new Random(7);
        var model = TrafficHostTests.Model("mixed", isV6: false);
        var sink = new TrafficHost(model, HostSide.B);
        var samples = SamplePerClass(model).Where(s => s.Side == HostSide.A).Select(s => s.Packet).ToArray();
        for (var round = 0; round < 200_000; round++)
        {
            var source = samples[random.Next(samples.Length)];
            var packet = source[..random.Next(source.Length + 1)];
            for (var hits = random.Next(1, 20); hits > 0 && packet.Length > 0; hits--)
            {
                packet[random.Next(Math.Min(packet.Length, 100))] = (byte)random.Next(256);
            }

            if (!packet.AsSpan().SequenceEqual(source))
            {
                Assert.True(sink.Receive(packet, 0) is ArrivalVerdict.Unknown or ArrivalVerdict.Corrupted);
            }
        }
    }

    [Fact]
    public void Receive_OwnPacketReflected_IsNotTakenForThePeers()
    {
        var model = TrafficHostTests.Model("mixed", isV6: false);
        foreach (var (side, packet, _) in SamplePerClass(model))
        {
            Assert.True(new TrafficHost(model, side).Receive(packet, 0) is ArrivalVerdict.Unknown or ArrivalVerdict.Corrupted);
        }
    }

    [Fact]
    public void Receive_WholePacketOfAStranger_IsUnknown()
    {
        var stranger = TrafficHostTests.Model("bulk", isV6: false) with { Pairs = [new(LinkedHosts.V4.B, LinkedHosts.V4.A)] };
        var buffer = new byte[2000];
        var length = new TrafficHost(stranger, HostSide.A).TryWriteNext(buffer, 0, out _);

        Assert.Equal(ArrivalVerdict.Unknown, new TrafficHost(TrafficHostTests.Model("bulk", isV6: false), HostSide.B).Receive(buffer.AsSpan(0, length), 0));
    }

    [Fact]
    public void Receive_ChecksumMissing_VerifiesTheRestAllTheSame()
    {
        var model = TrafficHostTests.Model("bulk", isV6: false);
        var buffer = new byte[2000];
        var length = new TrafficHost(model, HostSide.A).TryWriteNext(buffer, 0, out _);
        buffer[20 + 16] ^= 0xFF;
        var packet = buffer.AsSpan(0, length);
        var sink = new TrafficHost(model, HostSide.B);

        Assert.Equal(ArrivalVerdict.Corrupted, sink.Receive(packet, 0));
        packet[^1] ^= 1;
        Assert.Equal(ArrivalVerdict.Corrupted, sink.Receive(packet, 0, isChecksumMissing: true));
        packet[^1] ^= 1;
        Assert.Equal(ArrivalVerdict.Delivered, sink.Receive(packet, 0, isChecksumMissing: true));
    }

    internal static List<(HostSide Side, byte[] Packet, FlowTag Tag)> SamplePerClass(TrafficModel model)
    {
        var samples = new List<(HostSide Side, byte[] Packet, FlowTag Tag)>();
        var hosts = LinkedHosts.Of(model);
        hosts.Watch = (side, packet, tag) =>
        {
            if (!samples.Exists(s => s.Side == side && s.Tag.Class == tag.Class))
            {
                samples.Add((side, (byte[])packet.Clone(), tag));
            }
        };
        hosts.Run(3_000).Drain();
        Assert.True(samples.Count >= 14, "every class was sampled");
        return samples;
    }
}
