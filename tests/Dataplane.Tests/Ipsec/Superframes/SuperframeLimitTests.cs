using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;
using static Dataplane.Tests.Ipsec.Superframes.ReceivingTwins;

namespace Dataplane.Tests.Ipsec.Superframes;

/// <summary>Superframes where buffers, numbers, limits or the SA itself run out.</summary>
public sealed class SuperframeLimitTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(3, 0)]
    [InlineData(0, 1)]
    [InlineData(2, 2)]
    public void Receive_FewBuffers_LosesPacketsForThatReasonOnly(int packets, int superframes)
    {
        using var host = new SteppedHost(1500, packets, superframes);
        using var twins = new ReceivingTwins();
        host.Plane.InstallInbound(TestSa.Tunnel, [twins.Model]);
        host.Plane.Publish(TestSa.ProtectAll());
        var random = new Random(5);
        var (traffic, number, sent, got) = (new InnerTraffic(random), 0UL, 0, 0);
        for (var round = 0; round < 40; round++)
        {
            byte[][] pieces = [.. Enumerable.Range(0, 30).Select(_ => twins.Seal(traffic.Next(), ++number))];
            if (round % 4 == 3)
            {
                // A foreign SPI in the middle: all of it is taken apart.
                pieces[15][30] ^= 0x40;
            }

            sent += pieces.Length;
            got += host.ReceiveFrames(Frame.Of(pieces)).Sum(frame => frame.Split().Count);
            Assert.Equal(0, host.Plane.Snapshot().Associations[0].Replayed);
        }

        var lost = host.Dropped(DropReason.NoBuffer);
        Assert.True(lost > 0 && got > 0);
        var others = host.DroppedInAll - lost;
        Assert.Equal(sent, got + lost + others);
        host.Clock.Advance(TimeSpan.FromMinutes(2));
        host.Tick();
        Assert.Equal((0, 0L), (host.Outstanding, host.Faulted));
    }

    [Fact]
    public void Send_NoSuperframeBuffer_LosesItsPacketsAndTheirNumbersOnly()
    {
        using var host = new SteppedHost(1500, 8, 1);
        using var pair = SteppedPair.InUdp();
        host.Plane.ReplaceOutbound(TestSa.Tunnel, [TestSa.Model(SteppedPair.SpiToB, pair.AddressA, pair.AddressB, true, SaMode.Tunnel) with { Encapsulation = new UdpEncapsulation() }]);
        host.Plane.Publish(TestSa.ProtectAll());
        // 48 packets need two cipher superframes, of which the second is a single packet.
        var sent = host.SendFrames(OutboundSuperframeTests.Superframe(true, false, 1300, 48 * 1300));
        Assert.Equal(47, sent.Sum(frame => frame.Split().Count));
        Assert.Equal((1L, 1L), (host.DroppedInAll, host.Dropped(DropReason.NoBuffer)));
        var next = host.SendFrames(OutboundSuperframeTests.Superframe(true, false, 1300, 2600));
        Assert.Equal(49, pair.B.ReceiveFrames([.. sent, .. next]).Sum(frame => frame.Split().Count));
        Assert.Equal(50UL, pair.B.Plane.Snapshot().Associations.Single(sa => sa.IsInbound).HighestSequence);
        Assert.Equal(0, host.Outstanding);
    }

    [Fact]
    public void Send_NumbersThatEndInsideASuperframe_StopTheSaAndTellControl()
    {
        using var pair = SteppedPair.InUdp(change: model => model with { InitialSequence = uint.MaxValue - 10 });
        var frame = OutboundSuperframeTests.Superframe(true, false, 1000, 7000);
        Assert.Single(pair.CarryFrames(frame));
        Assert.Empty(pair.A.SendFrames(frame));
        Assert.Equal((7L, 7L), (pair.A.DroppedInAll, pair.A.Dropped(DropReason.SequenceExhausted)));
        Assert.Equal([$"hard {TestSa.Tunnel} {SteppedPair.SpiToB}"], pair.A.Events.Told);
        Assert.Equal(0, pair.A.Outstanding);
    }

    [Fact]
    public void Carry_ExtendedNumbersAcross32Bits_LoseNothing()
    {
        using var pair = SteppedPair.InUdp(change: model => model with { InitialSequence = uint.MaxValue - 10, ExtendedSequenceNumbers = true });
        for (var round = 0; round < 5; round++)
        {
            Assert.Equal(7, pair.CarryFrames(OutboundSuperframeTests.Superframe(true, false, 1000, 7000)).Sum(frame => frame.Split().Count));
        }

        Assert.Equal(uint.MaxValue - 10 + 35UL, pair.B.Plane.Snapshot().Associations.Single(sa => sa.IsInbound).HighestSequence);
    }

    [Theory]
    [InlineData(10UL, ulong.MaxValue)]
    [InlineData(ulong.MaxValue, 10_500UL)]
    [InlineData(7UL, 5_000UL)]
    public void Receive_LimitReachedInsideASuperframe_OpensWhatIsLeftOfIt(ulong packets, ulong octets)
    {
        using var twins = new ReceivingTwins(change: model => model with { Lifetime = new SaLifetime { HardPackets = packets, HardBytes = octets } });
        Frame Of(int first) => Frame.Of([.. Enumerable.Range(first, 8).Select(i => twins.Seal(Tcp(i), (ulong)i + 1))]);
        var got = twins.Receive(Of(0)).Packets.Count + twins.Receive(Of(8)).Packets.Count + twins.Receive(Of(16)).Packets.Count;
        Assert.Equal((int)Math.Min(packets, octets / 1040), got);
        Assert.Equal(twins.Singly.Events.Told, twins.Whole.Events.Told);
        Assert.Equal(24 - got, twins.Dropped(DropReason.LifetimeExpired));
    }

    [Fact]
    public void Send_LimitReachedInsideASuperframe_RefusesTheSuperframe()
    {
        using var pair = SteppedPair.InUdp(change: model => model with { Lifetime = new SaLifetime { HardPackets = 10 } });
        var frame = OutboundSuperframeTests.Superframe(true, false, 1000, 7000);
        Assert.Equal(7, pair.A.SendFrames(frame, frame).Sum(one => one.Split().Count));
        Assert.Equal(7, pair.A.Dropped(DropReason.LifetimeExpired));
        Assert.Contains($"hard {TestSa.Tunnel} {SteppedPair.SpiToB}", pair.A.Events.Told);
        Assert.Equal(0, pair.A.Outstanding);
    }

    [Fact]
    public void Receive_SaRemovedBetweenSuperframes_RefusesEachPacketOnce()
    {
        using var twins = new ReceivingTwins();
        Frame Of(int first) => Frame.Of([.. Enumerable.Range(first, 5).Select(i => twins.Seal(Tcp(i), (ulong)i + 1))]);
        Assert.Single(twins.Receive(Of(0)).Frames);
        Assert.True(twins.Whole.Plane.RemoveInbound(SaProtocol.Esp, SteppedPair.SpiToB));
        Assert.True(twins.Singly.Plane.RemoveInbound(SaProtocol.Esp, SteppedPair.SpiToB));
        Assert.Empty(twins.Receive(Of(5), Of(10)).Frames);
        // With the last SA of its port, ESP in UDP is traffic in clear to this host.
        Assert.Equal((10L, 10L), (twins.Dropped(DropReason.ClearButProtected), twins.Whole.DroppedInAll));
    }

    [Fact]
    public void Carry_SaReplacedWithSuperframesInFlight_LosesNothing()
    {
        using var pair = SteppedPair.InUdp();
        var frame = OutboundSuperframeTests.Superframe(true, false, 1000, 7000);
        var old = pair.A.SendFrames(frame, frame);
        pair.B.Plane.InstallInbound(TestSa.Tunnel, [TestSa.Model(0x1011, pair.AddressA, pair.AddressB, false, SaMode.Tunnel) with { Encapsulation = new UdpEncapsulation() }]);
        pair.A.Plane.ReplaceOutbound(TestSa.Tunnel, [TestSa.Model(0x1011, pair.AddressA, pair.AddressB, true, SaMode.Tunnel) with { Encapsulation = new UdpEncapsulation() }]);
        var fresh = pair.A.SendFrames(frame);
        Assert.Equal(21, pair.B.ReceiveFrames([fresh[0], .. old]).Sum(one => one.Split().Count));
        Assert.Equal(0, pair.B.DroppedInAll);
    }

    [Fact]
    public void Receive_SuperframeTwiceInABatch_IsOpenedOnce()
    {
        using var twins = new ReceivingTwins();
        var frame = Frame.Of([.. Enumerable.Range(0, 5).Select(i => twins.Seal(Tcp(i), (ulong)i + 1))]);
        Assert.Equal(5, twins.Receive(frame, frame).Packets.Count);
        Assert.Equal(5, twins.Dropped(DropReason.Replayed));
        var inside = Frame.Of([.. new[] { 5, 6, 5, 7, 7 }.Select(i => twins.Seal(Tcp(i), (ulong)i + 1))]);
        Assert.Equal(3, twins.Receive(inside).Packets.Count);
    }
}
