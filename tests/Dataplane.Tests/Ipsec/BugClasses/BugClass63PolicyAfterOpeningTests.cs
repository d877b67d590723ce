using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ipsec.Spd;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace Dataplane.Tests.Ipsec.BugClasses;

/// <summary>What an SA carried is believed without asking whether it may (RFC 4301 §5.2 step 4).</summary>
public sealed class BugClass63PolicyAfterOpeningTests
{
    private const string From = "192.0.2.10";
    private const string To = "198.51.100.20";

    [Fact]
    public void BugClass63_ClearWherePolicyProtects_IsRefused()
    {
        using var pair = new SteppedPair();
        Assert.Empty(pair.B.Receive(PacketBuilder.Udp(From, To, 1, 2).Payload(20).Build()));
        Assert.Equal(1, pair.B.Dropped(DropReason.ClearButProtected));
    }

    [Fact]
    public void BugClass63_InnerPacketOutsideTheSelectors_IsRefused()
    {
        var selector = new TrafficSelector(AddressRange.Of(TestSa.Address(To)), AddressRange.Prefix(TestSa.Address("10.1.0.0"), 16), IpProtocol.Udp, PortRange.Of(2000), PortRange.Any);
        using var pair = new SteppedPair(SaMode.Tunnel, change: model => model.Local == TestSa.Address(To) ? model with { Selectors = [selector] } : model);
        var sequence = 0UL;
        void Receive(byte[] inner, bool isTaken) => Assert.True(pair.B.Receive(Tunnelled(inner, ++sequence)).Count == (isTaken ? 1 : 0), $"packet {sequence}");
        Receive(PacketBuilder.Udp("10.1.2.3", To, 1, 2000).Payload(20).Build(), true);
        Receive(PacketBuilder.Udp("10.2.2.3", To, 1, 2000).Payload(20).Build(), false);
        Receive(PacketBuilder.Udp("10.1.2.3", "198.51.100.21", 1, 2000).Payload(20).Build(), false);
        Receive(PacketBuilder.Udp("10.1.2.3", To, 1, 2001).Payload(20).Build(), false);
        Receive(PacketBuilder.Tcp("10.1.2.3", To, 1, 2000).Payload(20).Build(), false);
        Receive(PacketBuilder.Udp("2001:db8::1", "2001:db8::2", 1, 2000).Payload(20).Build(), false);
        Assert.Equal(4, pair.B.Dropped(DropReason.SelectorMismatch));
        Assert.Equal(1, pair.B.Dropped(DropReason.BadInnerPacket));
        // A refused packet was authentic: its number is used.
        Assert.Equal(sequence, pair.B.Plane.Snapshot().Associations.Single(sa => sa.IsInbound).HighestSequence);
    }

    [Fact]
    public void BugClass63_RightKeyWrongTunnel_IsWrongProtection()
    {
        using var pair = new SteppedPair(SaMode.Tunnel);
        // Policy sends UDP to port 9 through a second tunnel; the peer uses the first one's SA for it.
        pair.B.Plane.InstallInbound("second", [TestSa.Model(0x5555, From, To, false, SaMode.Tunnel) with { Tunnel = "second" }]);
        var any = AddressRange.AnyV4;
        pair.B.Plane.Publish(new SpdModel(
        [
            new SpdRule { Name = "nine", Selectors = [new TrafficSelector(any, any, IpProtocol.Udp, PortRange.Of(9), PortRange.Any)], Action = PolicyAction.Protect, Tunnel = "second" },
            .. TestSa.ProtectAll().Rules,
        ]));
        Assert.Single(pair.B.Receive(Tunnelled(PacketBuilder.Udp(From, To, 1, 8).Payload(20).Build(), 1)));
        Assert.Empty(pair.B.Receive(Tunnelled(PacketBuilder.Udp(From, To, 1, 9).Payload(20).Build(), 2)));
        Assert.Equal(1, pair.B.Dropped(DropReason.WrongProtection));
    }

    [Theory]
    [InlineData(PolicyAction.Bypass, DropReason.SelectorMismatch)]
    [InlineData(PolicyAction.Discard, DropReason.PolicyDiscard)]
    public void BugClass63_ProtectedWherePolicySaysOtherwise_IsRefused(PolicyAction action, DropReason reason)
    {
        using var pair = new SteppedPair(SaMode.Tunnel);
        pair.B.Plane.Publish(new SpdModel([new SpdRule { Name = "other", Selectors = [TestSa.Any(AddressRange.AnyV4)], Action = action }]));
        Assert.Empty(pair.B.Receive(Tunnelled(PacketBuilder.Udp(From, To, 1, 8).Payload(20).Build(), 1)));
        Assert.Equal(1, pair.B.Dropped(reason));
        pair.B.Plane.Publish(SpdModel.DenyAll);
        Assert.Empty(pair.B.Receive(Tunnelled(PacketBuilder.Udp(From, To, 1, 8).Payload(20).Build(), 2)));
        Assert.Equal(1 + (reason == DropReason.SelectorMismatch ? 1 : 0), pair.B.Dropped(DropReason.SelectorMismatch));
        pair.B.Plane.Publish(TestSa.ProtectAll());
        Assert.Single(pair.B.Receive(Tunnelled(PacketBuilder.Udp(From, To, 1, 8).Payload(20).Build(), 3)));
    }

    [Fact]
    public void BugClass63_NextHeaderThatIsNotTheInnerVersion_IsRefused()
    {
        using var pair = new SteppedPair(SaMode.Tunnel);
        var inner = PacketBuilder.Udp(From, To, 1, 8).Payload(20).Build();
        var model = TestSa.Model(SteppedPair.SpiToB, From, To, false, SaMode.Tunnel);
        Assert.Empty(pair.B.Receive(HandMadeEsp.Packet(model, From, To, HandMadeEsp.WithTrailer(inner, IpProtocol.Ipv6), 1)));
        Assert.Empty(pair.B.Receive(HandMadeEsp.Packet(model, From, To, HandMadeEsp.WithTrailer(inner, IpProtocol.Udp), 2)));
        Assert.Equal(2, pair.B.Dropped(DropReason.BadInnerPacket));
    }

    private static byte[] Tunnelled(byte[] inner, ulong sequence) =>
        HandMadeEsp.Packet(TestSa.Model(SteppedPair.SpiToB, From, To, false, SaMode.Tunnel), From, To, HandMadeEsp.WithTrailer(inner, IpProtocol.Ipv4), sequence);
}
