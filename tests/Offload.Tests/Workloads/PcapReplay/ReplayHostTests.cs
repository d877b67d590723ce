using IpsecDp.Workloads;
using IpsecDp.Workloads.PcapReplay;

namespace Offload.Tests.Workloads.PcapReplay;

public sealed class ReplayHostTests
{
    private static readonly AddressPair OtherV4 = new(LinkedHosts.V4.B with { Value = 0x0A000001 }, LinkedHosts.V4.B with { Value = 0x0A000002 });
    private static readonly AddressPair OtherV6 = new(LinkedHosts.V6.A with { Value = LinkedHosts.V6.A.Value + 77 }, LinkedHosts.V6.B with { Value = LinkedHosts.V6.B.Value + 99 });

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Replay_FaultlessLink_DeliversEveryLapOfEveryPacket(bool isV6, bool isRewritten)
    {
        var script = Script(isV6, isRewritten, laps: 3);
        var hosts = new LinkedHosts(new ReplayHost(script, HostSide.A), new ReplayHost(script, HostSide.B));
        hosts.Watch = (_, packet, _) => ChecksumOracle.AssertRight(packet);

        var report = hosts.Run(3 * script.Count).Drain();

        Assert.True(report.IsClean, string.Join('\n', report.Classes));
        Assert.Equal(3 * script.Count, report.Delivered);
    }

    [Fact]
    public void Script_Rewritten_GivesMajoritySourceToHostAAndItsAddresses()
    {
        var script = Script(isV6: false, isRewritten: true, laps: 1);
        var buffer = new byte[2000];
        var counts = new int[2];
        foreach (var side in new[] { HostSide.A, HostSide.B })
        {
            var host = new ReplayHost(script, side);
            for (var length = host.TryWriteNext(buffer, 0, out _); length > 0; length = host.TryWriteNext(buffer, 0, out _))
            {
                counts[(int)side]++;
                Assert.Equal([10, 0, 0, (byte)(side == HostSide.A ? 1 : 2), 10, 0, 0, (byte)(side == HostSide.A ? 2 : 1)], buffer[12..20]);
            }
        }

        Assert.Equal(script.Count, counts.Sum());
        Assert.True(counts[0] >= counts[1]);
    }

    [Fact]
    public void Script_WrongChecksumInTheCapture_StaysWrong()
    {
        var packet = CapturePackets.Of(isV6: false, 1)[0];
        packet[^1] ^= 1;
        var script = new ReplayScript(CaptureFileTests.Read(new CaptureBuilder(false).PcapHeader(101).PcapRecord(packet).File), Model(OtherV4));
        var buffer = new byte[2000];
        var length = new ReplayHost(script, HostSide.A).TryWriteNext(buffer, 0, out _);

        Assert.Throws<Xunit.Sdk.EqualException>(() => ChecksumOracle.AssertRight(buffer[..length]));
    }

    [Fact]
    public void TryWriteNext_Paced_KeepsTheDistancesOfTheCapture()
    {
        var packets = CapturePackets.Of(isV6: false, 1);
        var capture = new CaptureBuilder(false).PcapHeader(101).PcapRecord(packets[0], 10, 0).PcapRecord(packets[0], 10, 500).PcapRecord(packets[0], 9, 0).PcapRecord(packets[0], 12, 0).File;
        var host = new ReplayHost(new ReplayScript(CaptureFileTests.Read(capture), Model() with { IsPaced = true }), HostSide.A);
        var buffer = new byte[2000];
        var sentAt = new List<long>();
        for (var now = 1_000L; !host.IsPlayed; now = host.NextDue)
        {
            if (host.TryWriteNext(buffer, now, out _) > 0)
            {
                sentAt.Add(now);
            }
        }

        Assert.Equal([1_000, 501_000, 501_000, 2_000_001_000], sentAt);
    }

    [Fact]
    public void Receive_DamagedTwiceSwappedOrStrange_IsTold()
    {
        var script = Script(isV6: false, isRewritten: true, laps: 1);
        var a = new ReplayHost(script, HostSide.A);
        var b = new ReplayHost(script, HostSide.B);
        var sent = new List<byte[]>();
        var buffer = new byte[2000];
        for (var length = a.TryWriteNext(buffer, 0, out _); length > 0; length = a.TryWriteNext(buffer, 0, out _))
        {
            sent.Add(buffer[..length]);
        }

        var packet = sent[0];
        for (var bit = 0; bit < packet.Length * 8; bit++)
        {
            var damaged = (byte[])packet.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.True(b.Receive(damaged, 0) is ArrivalVerdict.Corrupted or ArrivalVerdict.Unknown);
        }

        Assert.Equal(ArrivalVerdict.Delivered, b.Receive(sent[1], 0));
        Assert.Equal(ArrivalVerdict.Reordered, b.Receive(sent[0], 0));
        Assert.Equal(ArrivalVerdict.Duplicate, b.Receive(sent[0], 0));
        Assert.Equal(ArrivalVerdict.Unknown, b.Receive(CapturePackets.Of(isV6: false, 1)[0], 0));
        Assert.Equal(ArrivalVerdict.Unknown, b.Receive(Array.Empty<byte>(), 0));
    }

    [Fact]
    public void Receive_HopsTakenOff_IsStillDelivered()
    {
        var script = Script(isV6: false, isRewritten: true, laps: 1);
        var buffer = new byte[2000];
        var length = new ReplayHost(script, HostSide.A).TryWriteNext(buffer, 0, out _);
        var packet = buffer[..length];
        packet[8]--;
        (packet[10], packet[11]) = (0, 0);
        var checksum = ChecksumOracle.Sum(packet, 0, 20, 0);
        (packet[10], packet[11]) = ((byte)(checksum >> 8), (byte)checksum);

        Assert.Equal(ArrivalVerdict.Delivered, new ReplayHost(script, HostSide.B).Receive(packet, 0));
    }

    [Fact]
    public void Script_NothingToPlay_IsRefused()
    {
        var file = CaptureFileTests.Read(new CaptureBuilder(false).PcapHeader(101).PcapRecord(CapturePackets.Of(isV6: true, 1)[0]).File);

        Assert.Throws<ArgumentException>(() => new ReplayScript(file, Model(OtherV4)));
        Assert.Throws<ArgumentException>(() => new ReplayScript(file, Model() with { LargestPacket = 40 }));
        Assert.Equal(1, new ReplayScript(file, Model()).Count);
    }

    private static ReplayModel Model(params AddressPair[] pairs) => new() { TicksPerSecond = LinkedHosts.TicksPerSecond, Pairs = pairs };

    private static ReplayScript Script(bool isV6, bool isRewritten, int laps)
    {
        var capture = new CaptureBuilder(false).PcapHeader(101);
        Array.ForEach(CapturePackets.Of(isV6, 400), p => capture.PcapRecord(p));
        return new(CaptureFileTests.Read(capture.File), (isRewritten ? Model(OtherV4, OtherV6) : Model()) with { Laps = laps });
    }
}
