using System.Security.Cryptography;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;
using IpsecDp.Workloads;
using IpsecDp.Workloads.Bulk;
using IpsecDp.Workloads.Mix;

namespace Offload.Tests.Workloads;

public sealed class TrafficHostTests
{
    public static TheoryData<string, bool> MixesAndVersions => new()
    {
        { "ee", false }, { "ee", true }, { "bulk", false }, { "bulk", true }, { "interactive", false }, { "interactive", true }, { "mixed", false }, { "mixed", true },
    };

    [Theory]
    [MemberData(nameof(MixesAndVersions))]
    public void Exchange_FaultlessLink_DeliversEverythingOnceInOrder(string mix, bool isV6)
    {
        var hosts = LinkedHosts.Of(Model(mix, isV6)).Run(50_000);

        var report = hosts.Drain();

        Assert.True(report.IsClean, string.Join('\n', report.Classes));
        Assert.Equal(hosts.Written, report.Offered);
        Assert.Equal(report.Offered, report.Delivered);
    }

    [Fact]
    public void Exchange_Mixed_UsesEveryClass()
    {
        var report = LinkedHosts.Of(Model("mixed", isV6: false)).Run(100_000).Drain();

        Assert.Equal(
            [TrafficClass.EeSignalling, TrafficClass.EeNetwork, TrafficClass.EeHigh, TrafficClass.EeMedium, TrafficClass.EeLow, TrafficClass.Bulk, TrafficClass.BulkAck, TrafficClass.Interactive],
            report.Classes.Select(c => c.Class));
        Assert.All(report.Classes.Where(c => c.Class != TrafficClass.BulkAck), c => Assert.InRange(c.Latency.P50, 0.4, 0.6));
    }

    [Fact]
    public void Exchange_TwoPairsOfBothVersions_DeliversOnBoth()
    {
        var hosts = LinkedHosts.Of(LinkedHosts.Model(LinkedHosts.V4, LinkedHosts.V6) with { Mix = TrafficMix.Mixed });
        var versions = new HashSet<int>();
        hosts.Watch = (_, packet, _) => versions.Add(packet[0] >> 4);

        Assert.True(hosts.Run(30_000).Drain().IsClean);
        Assert.Equal([4, 6], versions.Order());
    }

    [Theory]
    [MemberData(nameof(MixesAndVersions))]
    public void Packets_EveryOne_PassesViewsAndChecksumOracleWithinPathMtu(string mix, bool isV6)
    {
        var hosts = LinkedHosts.Of(Model(mix, isV6) with { PathMtu = 1280 });
        hosts.Watch = (_, packet, tag) =>
        {
            ChecksumOracle.AssertRight(packet);
            Assert.InRange(packet.Length, 1, 1280);
            Assert.True(IpPacketView.TryView(packet, out var view) && view.Octets.Length == packet.Length);
            Assert.True(FlowKey.TryRead(view, out var key) && key.HasPorts);
            Assert.Equal(1, tag.Packets);
        };

        hosts.Run(5_000).Drain();
    }

    [Theory]
    [InlineData("ee")]
    [InlineData("mixed")]
    public void Sequence_SameSeed_IsByteIdenticalAndOtherSeedIsNot(string mix)
    {
        var first = DigestOf(Model(mix, isV6: false));

        Assert.Equal(first, DigestOf(Model(mix, isV6: false)));
        Assert.NotEqual(first, DigestOf(Model(mix, isV6: false) with { Seed = 43 }));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Superframes_SplitOrWhole_DeliverEverySegment(bool isV6, bool isSplit)
    {
        var model = Model("bulk", isV6) with { Bulk = new BulkModel { SegmentsPerFrame = 40, Window = 128 } };
        var hosts = LinkedHosts.Of(model);
        var segments = 0L;
        var frames = 0;
        hosts.Watch = (_, packet, tag) =>
        {
            ChecksumOracle.AssertRight(packet);
            segments += tag.Packets;
            frames += tag.SegmentSize > 0 ? 1 : 0;
            Assert.Equal(tag.SegmentSize > 0 ? tag.HeaderLength + (tag.SegmentSize * tag.Packets) : packet.Length, packet.Length);
        };
        hosts.Fault = (packet, tag) => isSplit ? NaiveSegmenter.Split(packet, tag) : [packet];

        var report = hosts.Run(2_000).Drain();

        Assert.True(report.IsClean, string.Join('\n', report.Classes));
        Assert.Equal(segments, report.Delivered);
        Assert.True(frames > 100);
    }

    [Fact]
    public void Superframe_SegmentMovedToAnotherPlace_IsCorrupted()
    {
        var model = Model("bulk", isV6: false) with { Bulk = new BulkModel { SegmentsPerFrame = 4, Flows = 1 } };
        var a = new TrafficHost(model, HostSide.A);
        var b = new TrafficHost(model, HostSide.B);
        var buffer = new byte[a.MaximumPacketLength];
        var length = a.TryWriteNext(buffer, 1, out var tag);
        var segments = NaiveSegmenter.Split(buffer[..length], tag).ToArray();
        byte[] swapped = [.. buffer[..tag.HeaderLength], .. segments[1][tag.HeaderLength..], .. segments[0][tag.HeaderLength..], .. buffer[(tag.HeaderLength + (2 * tag.SegmentSize))..length]];

        // Whole words changed places, so every checksum is still right; only the stamp's bond to the TCP sequence number tells.
        Assert.Equal(ArrivalVerdict.Corrupted, b.Receive(swapped, 2));
        Assert.Equal(ArrivalVerdict.Delivered, b.Receive(buffer.AsSpan(0, length), 2));
    }

    [Fact]
    public void TryWriteNext_MillionPackets_AllocatesNothing()
    {
        var model = Model("mixed", isV6: false) with { PathMtu = TrafficModel.SmallestPathMtu };
        var a = new TrafficHost(model, HostSide.A);
        var b = new TrafficHost(model, HostSide.B);
        var buffer = new byte[a.MaximumPacketLength];
        Exchange(a, b, buffer, 20_000, 0);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Exchange(a, b, buffer, 1_000_000, 1_000_000_000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void TryWriteNext_ShortBuffer_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrafficHost(Model("ee", isV6: false), HostSide.A).TryWriteNext(new byte[100], 0, out _));

    [Theory]
    [InlineData(575)]
    [InlineData(65536)]
    public void Model_PathMtuOutOfRange_IsRefused(int mtu) =>
        Assert.Throws<ArgumentException>(() => new TrafficHost(Model("ee", isV6: false) with { PathMtu = mtu }, HostSide.A));

    [Fact]
    public void Model_WithoutPairsOrFlows_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new TrafficHost(LinkedHosts.Model(), HostSide.A));
        Assert.Throws<ArgumentException>(() => new TrafficHost(Model("bulk", isV6: false) with { Bulk = new BulkModel { Flows = 0 } }, HostSide.A));
    }

    internal static TrafficModel Model(string mix, bool isV6)
    {
        Assert.True(TrafficMix.TryParse(mix, out var weights));
        return LinkedHosts.Model(isV6 ? LinkedHosts.V6 : LinkedHosts.V4) with { Mix = weights };
    }

    private static string DigestOf(TrafficModel model)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var hosts = LinkedHosts.Of(model);
        hosts.Watch = (_, packet, _) => digest.AppendData(packet);
        hosts.Run(5_000);
        return Convert.ToHexString(digest.GetHashAndReset());
    }

    private static void Exchange(TrafficHost a, TrafficHost b, byte[] buffer, int packets, long start)
    {
        var now = start;
        for (var written = 0; written < packets; now += 1_000)
        {
            written += Pass(a, b, buffer, now) + Pass(b, a, buffer, now);
        }
    }

    private static int Pass(TrafficHost from, TrafficHost to, byte[] buffer, long now)
    {
        var length = from.TryWriteNext(buffer, now, out _);
        if (length == 0)
        {
            return 0;
        }

        if (to.Receive(buffer.AsSpan(0, length), now) != ArrivalVerdict.Delivered)
        {
            throw new InvalidOperationException("a packet was not delivered");
        }

        return 1;
    }
}
