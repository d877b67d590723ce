using IpsecDp.Crypto;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ipsec.Spd;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Ipsec.Esp;

/// <summary>Dummy packets, traffic flow padding, ESP under UDP with keepalives and IKE beside it.</summary>
public sealed class DummyAndEncapsulationTests
{
    [Theory]
    [InlineData(SaMode.Transport, false)]
    [InlineData(SaMode.Tunnel, true)]
    public void Dummy_OfAnyLength_IsSealedOpenedAndThrownAway(SaMode mode, bool isV6)
    {
        using var pair = new SteppedPair(mode, isV6: isV6);
        foreach (var length in new[] { 0, 1, 17, 900 })
        {
            Assert.True(pair.A.Plane.TrySendDummy(TestSa.Tunnel, length));
            var sent = Assert.Single(pair.A.Cipher.Take());
            Assert.True(IpPacketView.TryView(sent, out var view) && view.Protocol == IpProtocol.Esp);
            var spoiled = (byte[])sent.Clone();
            spoiled[^1] ^= 1;
            Assert.Empty(pair.B.Receive(spoiled));
            Assert.Empty(pair.B.Receive(sent));
            Assert.Empty(pair.B.Receive(sent));
        }

        Assert.Equal((4L, 4L, 4L), (pair.B.Dropped(DropReason.Dummy), pair.B.Dropped(DropReason.Replayed), pair.B.Dropped(DropReason.IntegrityFailed)));
        Assert.False(pair.A.Plane.TrySendDummy("nobody", 10));
        Assert.False(pair.A.Plane.TrySendDummy(TestSa.Tunnel, 1501));
        Assert.False(pair.A.Plane.TrySendDummy(TestSa.Tunnel, -1));
        Assert.Equal(0, pair.A.Outstanding + pair.B.Outstanding);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TrafficFlowPadding_MakesShortPacketsAlikeAndIsTakenOff(bool isV6)
    {
        using var pair = new SteppedPair(SaMode.Tunnel, isV6: isV6, change: model => model with { TrafficFlowPadding = 600 });
        var lengths = new HashSet<int>();
        foreach (var length in new[] { 0, 1, 100, 500 })
        {
            var clear = PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Payload(length).Build();
            var sent = Assert.Single(pair.A.Send(clear));
            lengths.Add(sent.Length);
            Assert.Equal([clear], pair.B.Receive(sent));
        }

        Assert.Single(lengths);
        var longer = PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Payload(900).Build();
        Assert.Equal([longer], pair.Carry(longer));
    }

    [Theory]
    [InlineData(SaMode.Transport, false)]
    [InlineData(SaMode.Transport, true)]
    [InlineData(SaMode.Tunnel, false)]
    [InlineData(SaMode.Tunnel, true)]
    public void UdpEncapsulation_EveryModeAndFamily_RoundTripsOnItsPorts(SaMode mode, bool isV6)
    {
        using var pair = new SteppedPair(mode, isV6: isV6, change: model => model.Local.ToString() is "192.0.2.10" or "2001:db8::a"
            ? model with { Encapsulation = new UdpEncapsulation(4500, 61000) }
            : model with { Encapsulation = new UdpEncapsulation(61000, 4500) });
        var clear = PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Payload(99).Build();
        var sent = Assert.Single(pair.A.Send(clear));
        Assert.True(IpPacketView.TryView(sent, out var view) && UdpView.TryView(view.Payload, out var udp) && udp is { SourcePort: 4500, DestinationPort: 61000 });
        Assert.Equal([clear], pair.B.Receive(sent));

        // Unwrapped from UDP it is another kind of packet than its SA's.
        var bare = pair.A.Send(clear)[0];
        Assert.True(IpPacketView.TryView(bare, out view));
        Assert.Empty(pair.B.Receive(PacketBuilder.Ip(pair.AddressA, pair.AddressB, IpProtocol.Esp).Payload(view.Payload[8..]).Build()));
        Assert.Equal(1, pair.B.Dropped(DropReason.WrongEndpoint));
        bare[^1] ^= 1;
        Assert.Empty(pair.B.Receive(bare));
        Assert.Equal(1, pair.B.Dropped(DropReason.IntegrityFailed));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Keepalive_OfASilentTunnel_IsSentEachIntervalAndIgnored(bool isV6)
    {
        using var pair = new SteppedPair(isV6: isV6, change: model => model with { Encapsulation = new UdpEncapsulation() });
        pair.A.Tick();
        pair.A.Clock.Advance(TimeSpan.FromSeconds(19));
        pair.A.Tick();
        Assert.Empty(pair.A.Cipher.Take());
        pair.A.Clock.Advance(TimeSpan.FromSeconds(1));
        pair.A.Tick();
        var keepalive = Assert.Single(pair.A.Cipher.Take());
        Assert.True(IpPacketView.TryView(keepalive, out var view));
        Assert.Equal([0xFF], view.Payload[8..].ToArray());
        Assert.Empty(pair.B.Receive(keepalive));
        Assert.Equal(1, pair.B.Dropped(DropReason.Keepalive));

        // A packet that was sealed keeps the mapping open by itself.
        pair.A.Clock.Advance(TimeSpan.FromSeconds(15));
        Assert.Single(pair.A.Send(PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Build()));
        pair.A.Tick();
        pair.A.Clock.Advance(TimeSpan.FromSeconds(10));
        pair.A.Tick();
        Assert.Empty(pair.A.Cipher.Take());
        Assert.Equal(0, pair.A.Outstanding + pair.B.Outstanding);
    }

    [Fact]
    public void Ike_BesideEncapsulatedEsp_GoesToTheHostWherePolicyLetsIt()
    {
        using var pair = new SteppedPair(change: model => model with { Encapsulation = new UdpEncapsulation() });
        var any = AddressRange.AnyV4;
        var ike = PacketBuilder.Udp(pair.AddressA, pair.AddressB, 4500, 4500).Payload([0, 0, 0, 0, .. new byte[28]]).Build();
        Assert.Empty(pair.B.Receive(ike));
        pair.B.Plane.Publish(new SpdModel(
        [
            new SpdRule { Name = "ike", Selectors = [new TrafficSelector(any, any, IpProtocol.Udp, PortRange.Of(4500), PortRange.Any)], Action = PolicyAction.Bypass },
            .. TestSa.ProtectAll().Rules,
        ]));
        Assert.Equal([ike], pair.B.Receive(ike));
        Assert.Equal((1L, 1L), (pair.B.Dropped(DropReason.ClearButProtected), pair.B.Plane.Snapshot().BypassedIn));
    }
}
