using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ipsec.Spd;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace Dataplane.Tests.Ipsec.Sad;

/// <summary>SAs that come and go: key changes without loss, packets held until there is one, none at all.</summary>
public sealed class RekeyTests
{
    [Theory]
    [InlineData(SaMode.Transport)]
    [InlineData(SaMode.Tunnel)]
    public void Rekey_TwiceWithPacketsInFlight_LosesNothing(SaMode mode)
    {
        using var pair = new SteppedPair(mode);
        var inFlight = new List<byte[]>();
        for (var generation = 0U; generation <= 2; generation++)
        {
            if (generation > 0)
            {
                var spi = SteppedPair.SpiToB + (generation * 16);
                pair.B.Plane.InstallInbound(TestSa.Tunnel, [TestSa.Model(spi, pair.AddressA, pair.AddressB, false, mode)]);
                pair.A.Plane.ReplaceOutbound(TestSa.Tunnel, [TestSa.Model(spi, pair.AddressA, pair.AddressB, true, mode)]);
            }

            inFlight.AddRange(pair.A.Send([.. Enumerable.Range(0, 10).Select(i => Clear(pair, (ushort)((generation * 10) + i)))]));
        }

        // All three inbound SAs are valid at once: the oldest packets may arrive last.
        var arrived = pair.B.Receive([.. inFlight.AsEnumerable().Reverse()]);
        Assert.Equal(Enumerable.Range(0, 30).Select(i => Clear(pair, (ushort)i)).Select(Convert.ToHexString).Order(), arrived.Select(Convert.ToHexString).Order());

        Assert.True(pair.B.Plane.RemoveInbound(SaProtocol.Esp, SteppedPair.SpiToB));
        Assert.False(pair.B.Plane.RemoveInbound(SaProtocol.Esp, SteppedPair.SpiToB));
        Assert.Empty(pair.B.Receive(inFlight[0]));
        Assert.Equal(1, pair.B.Dropped(DropReason.UnknownSpi));
        Assert.Single(pair.Carry(Clear(pair, 99)));
        Assert.Equal(0, pair.A.Outstanding + pair.B.Outstanding);
    }

    [Fact]
    public void ChangeSelectors_OfARunningSa_CarriesOtherTrafficUnderTheSameWindow()
    {
        using var pair = new SteppedPair(change: model => model with { Selectors = [Udp(model, 1)] });
        var first = Assert.Single(pair.A.Send(PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 1).Payload(64).Build()));
        Assert.Single(pair.B.Receive((byte[])first.Clone()));
        var other = PacketBuilder.Udp(pair.AddressA, pair.AddressB, 2, 2).Payload(64).Build();
        Assert.Empty(pair.Carry(other));
        Assert.Equal(1, pair.B.Dropped(DropReason.SelectorMismatch));

        Assert.True(pair.B.Plane.ChangeSelectors(SaProtocol.Esp, SteppedPair.SpiToB, [Udp(TestSa.Model(SteppedPair.SpiToB, pair.AddressA, pair.AddressB, false), 2)]));
        Assert.Single(pair.Carry(other));
        Assert.Empty(pair.Carry(PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 1).Payload(64).Build()));
        Assert.Empty(pair.B.Receive(first));
        Assert.Equal(1, pair.B.Dropped(DropReason.Replayed));
        Assert.False(pair.B.Plane.ChangeSelectors(SaProtocol.Esp, 0x9999, []));
    }

    [Fact]
    public void NoSa_FirstPacketsAreHeldAskedForOnceAndSentInOrder()
    {
        using var pair = new SteppedPair();
        Assert.True(pair.A.Plane.RemoveOutbound(TestSa.Tunnel));
        var packets = Enumerable.Range(0, 20).Select(i => Clear(pair, (ushort)i)).ToArray();
        Assert.Empty(pair.A.Send(packets));
        Assert.Equal(["acquire pair"], pair.A.Events.Told);
        Assert.Equal((4L, 16), (pair.A.Dropped(DropReason.AwaitingSa), pair.A.Outstanding));
        pair.A.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Empty(pair.A.Send(packets[0]));
        Assert.Equal(2, pair.A.Events.Told.Count);

        pair.A.Plane.ReplaceOutbound(TestSa.Tunnel, [TestSa.Model(SteppedPair.SpiToB, pair.AddressA, pair.AddressB, true)]);
        Assert.Equal(packets.Take(16), pair.B.Receive(pair.A.Cipher.Take()));
        Assert.Equal(0, pair.A.Outstanding);
        Assert.Single(pair.Carry(packets[0]));
    }

    [Fact]
    public void NoSa_HeldPackets_AreGivenBackWhenTheDataPlaneEnds()
    {
        var host = new SteppedHost();
        host.Plane.Publish(TestSa.ProtectAll());
        host.Send(PacketBuilder.Udp("192.0.2.1", "192.0.2.2", 1, 2).Build());
        Assert.Equal(1, host.Outstanding);
        host.Dispose();
        Assert.Equal(0, host.Outstanding);
    }

    [Fact]
    public void NoPolicy_DeniesEverything()
    {
        using var host = new SteppedHost();
        var packet = PacketBuilder.Udp("192.0.2.1", "192.0.2.2", 1, 2).Build();
        Assert.Empty(host.Send(packet));
        Assert.Empty(host.Receive(packet));
        Assert.Equal(2, host.Dropped(DropReason.NoRule));
        Assert.Empty(host.Cipher.Passed);
        host.Plane.Publish(new SpdModel([new SpdRule { Name = "any", Selectors = [TestSa.Any(IpsecDp.Wire.Selectors.AddressRange.AnyV4)], Action = PolicyAction.Bypass }]));
        host.Send(packet);
        Assert.Equal([packet], host.Cipher.Passed);
        Assert.Equal([packet], host.Receive(packet));
    }

    [Fact]
    public void LostCounter_CountsWhatLeftTheWindowUnseen()
    {
        using var pair = new SteppedPair(change: model => model with { ReplayWindow = 32 });
        var sent = pair.A.Send([.. Enumerable.Range(0, 100).Select(i => Clear(pair, (ushort)i))]);
        pair.B.Receive([.. sent.Where((_, i) => i % 10 != 3)]);
        // Numbers 4, 14 … 64 left a window of 32 whose top is 100; 74, 84 and 94 may still come.
        Assert.Equal(7, pair.B.Plane.Snapshot().Associations.Single(sa => sa.IsInbound).Lost);
        Assert.Empty(pair.B.Receive(sent[63]));
        Assert.Single(pair.B.Receive(sent[73]));
    }

    private static byte[] Clear(SteppedPair pair, ushort port) => PacketBuilder.Udp(pair.AddressA, pair.AddressB, port, 2).Payload(72).Build();

    private static TrafficSelector Udp(SaModel model, ushort port) => new(AddressRange.Of(model.Local), AddressRange.Of(model.Remote), IpProtocol.Udp, PortRange.Of(port), PortRange.Of(port));
}
