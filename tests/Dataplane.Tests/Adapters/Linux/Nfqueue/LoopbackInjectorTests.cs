using IpsecDp.Adapters;
using IpsecDp.Adapters.Linux;
using IpsecDp.Adapters.Linux.Nfqueue;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Packets;
using IpsecDp.TestKit.Ports;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Adapters.Linux.Nfqueue;

public sealed class LoopbackInjectorTests
{
    private const int Segments = 20;
    private const int Payload = 100;

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, Segments)]
    public void Send_OpenedSegmentsOfAFlow_EnterAsOneUnlessReversePathsAreFilteredStrictly(bool isStrict, int frames)
    {
        using var spaces = new CaptureSpaces();
        spaces.Spaces.A.Run(() => Set(isStrict ? "1" : "0", "0"));
        using var tap = spaces.Spaces.A.Run(() => LinkCapture.Open("lo", LinkFilter.All, 1 << 20));
        var counters = new PortCounters();
        using var injector = spaces.Spaces.A.Run(() => new LoopbackInjector(new NfqueueOptions { Plan = CaptureSpaces.Everything }.InjectedMark, spaces.Buffers, counters));
        using var batch = new PacketBatch();
        for (var i = 0; i < Segments; i++)
        {
            Add(batch, spaces.Buffers, i, isOpened: true);
        }

        injector.Send(batch, 0, batch.Count);
        Assert.Equal(frames, CountFrames(tap));
        Assert.Equal(((long)Segments, 0L), (counters.Snapshot.SentPackets, counters.Snapshot.SendFailures));
    }

    [Fact]
    public void Send_PacketsMadeHere_StayAsTheyAre()
    {
        using var spaces = new CaptureSpaces();
        spaces.Spaces.A.Run(() => Set("0", "0"));
        using var tap = spaces.Spaces.A.Run(() => LinkCapture.Open("lo", LinkFilter.All, 1 << 20));
        using var injector = spaces.Spaces.A.Run(() => new LoopbackInjector(new NfqueueOptions { Plan = CaptureSpaces.Everything }.InjectedMark, spaces.Buffers, new PortCounters()));
        using var batch = new PacketBatch();
        for (var i = 0; i < Segments; i++)
        {
            Add(batch, spaces.Buffers, i, isOpened: false);
        }

        // Only the slots that were named.
        injector.Send(batch, 2, 5);
        Assert.Equal(3, CountFrames(tap, 3));
    }

    [Theory]
    [InlineData("0", "0", false)]
    [InlineData("1", "0", true)]
    [InlineData("0", "1", true)]
    [InlineData("1", "2", false)]
    public void IsStrict_EitherSetting_TheLargerHolds(string all, string loopback, bool isStrict)
    {
        using var spaces = new CaptureSpaces();
        var clock = new SteppedClock();
        spaces.Spaces.A.Run(() => Set("0", "0"));
        using var filter = spaces.Spaces.A.Run(() => new ReversePathFilter(clock));
        Assert.False(filter.IsStrict);
        spaces.Spaces.A.Run(() => Set(all, loopback));
        Assert.False(filter.IsStrict);
        clock.Now += clock.TimestampFrequency;
        Assert.Equal(isStrict, filter.IsStrict);
    }

    private static void Set(string all, string loopback)
    {
        File.WriteAllText("/proc/sys/net/ipv4/conf/all/rp_filter", all);
        File.WriteAllText("/proc/sys/net/ipv4/conf/lo/rp_filter", loopback);
    }

    // As ESP in UDP in transport mode leaves them: without ID and DF.
    private static void Add(PacketBatch batch, PortBuffers buffers, int index, bool isOpened)
    {
        var packet = PacketBuilder.Tcp("10.77.0.2", "10.77.0.1", 4000, 4001, (uint)(1 + (index * Payload))).Payload(Payload).Build();
        Assert.True(Ipv4View.TryView(packet, out var view));
        (view.Identification, view.FragmentWord) = (0, 0);
        view.UpdateChecksum();
        var buffer = buffers.TryRent(packet.Length)!;
        packet.CopyTo(buffer.SetLength(packet.Length));
        if (isOpened)
        {
            Assert.True(buffer.Trail.TryAdd(1));
        }

        batch.Add(buffer);
    }

    // Every frame is heard on its way out and on its way in.
    private static int CountFrames(LinkCapture tap, int packets = Segments)
    {
        var (frames, octets) = (0, 0);
        var isWhole = SpinWait.SpinUntil(
            () =>
            {
                while (tap.TryReceive(TimeSpan.FromMilliseconds(1), out var frame, out var packet))
                {
                    if (!frame.IsOutgoing && IpPacketView.TryView(packet, out var view) && view.Protocol == IpProtocol.Tcp && TcpView.TryView(view.Payload, out var tcp) && tcp.DestinationPort == 4001)
                    {
                        frames++;
                        octets += view.Payload.Length - TcpView.MinimumHeaderLength;
                    }
                }

                return octets >= packets * Payload;
            },
            TestThread.Patience);
        Assert.True(isWhole, $"{octets} octets came");
        return frames;
    }

    private sealed class SteppedClock : TimeProvider
    {
        public long Now { get; set; } = 1;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Now;
    }
}
