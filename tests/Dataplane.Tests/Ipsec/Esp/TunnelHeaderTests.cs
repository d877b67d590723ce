using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Ipsec.Esp;

/// <summary>What the outer header takes from the inner one and gives back: DPDK's copy and set cases, RFC 6040's tables, hop limits, endpoints.</summary>
public sealed class TunnelHeaderTests
{
    // RFC 6040 figure 4, rows inner Not-ECT, ECT(1), ECT(0), CE by their code points; columns the outer ones. -1: dropped.
    private static readonly int[,] Decapsulation = { { 0, 0, 0, -1 }, { 1, 1, 1, 3 }, { 2, 1, 2, 3 }, { 3, 3, 3, 3 } };

    public static TheoryData<bool, bool> Families => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [Theory]
    [MemberData(nameof(Families))]
    public void Ecn_EveryCombination_FollowsRfc6040(bool isInnerV6, bool isOuterV6)
    {
        using var pair = new SteppedPair(SaMode.Tunnel, isV6: isOuterV6);
        for (var inner = 0; inner < 4; inner++)
        {
            for (var outer = 0; outer < 4; outer++)
            {
                var sent = Assert.Single(pair.A.Send(Inner(isInnerV6).Tos((byte)(0x28 | inner)).Build()));
                Assert.Equal(0x28 | inner, Tos(sent));
                SetTos(sent, 0x28 | outer);
                var arrived = pair.B.Receive(sent);
                if (Decapsulation[inner, outer] < 0)
                {
                    Assert.Empty(arrived);
                    continue;
                }

                // The whole packet, so that an IPv4 checksum left stale would show.
                Assert.Equal(Inner(isInnerV6).HopLimit(62).Tos((byte)(0x28 | Decapsulation[inner, outer])).Build(), Assert.Single(arrived));
            }
        }

        Assert.Equal(1, pair.B.Dropped(DropReason.CongestionUnsupported));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Marking_EveryRule_ShowsInTheOuterHeaderOnly(bool isInnerV6, bool isOuterV6)
    {
        foreach (var copies in new[] { true, false })
        {
            foreach (var carriesEcn in new[] { true, false })
            {
                using var pair = new SteppedPair(SaMode.Tunnel, isV6: isOuterV6, change: model => model with { Marking = new TunnelMarking(DontFragmentRule.Copy, copies, 46, carriesEcn) });
                var sent = Assert.Single(pair.A.Send(Inner(isInnerV6).Tos(0x2A).Build()));
                Assert.Equal((copies ? 0x28 : 46 << 2) | (carriesEcn ? 2 : 0), Tos(sent));
                Assert.Equal(Inner(isInnerV6).Tos(0x2A).HopLimit(62).Build(), Assert.Single(pair.B.Receive(sent)));
            }
        }
    }

    [Theory]
    [InlineData(DontFragmentRule.Copy, false, false)]
    [InlineData(DontFragmentRule.Copy, true, true)]
    [InlineData(DontFragmentRule.Clear, true, false)]
    [InlineData(DontFragmentRule.Clear, false, false)]
    [InlineData(DontFragmentRule.Set, false, true)]
    [InlineData(DontFragmentRule.Set, true, true)]
    public void DontFragment_EveryRule_IsObeyed(DontFragmentRule rule, bool isInnerSet, bool isOuterSet)
    {
        using var pair = new SteppedPair(SaMode.Tunnel, change: model => model with { Marking = TunnelMarking.Default with { DontFragment = rule } });
        PacketBuilder Packet() => isInnerSet ? Inner(false).DontFragment() : Inner(false);
        var sent = Assert.Single(pair.A.Send(Packet().Build()));
        Assert.Equal(isOuterSet ? 0x40 : 0, sent[6]);
        Assert.Equal(Packet().HopLimit(62).Build(), Assert.Single(pair.B.Receive(sent)));
    }

    [Theory]
    [InlineData(DontFragmentRule.Copy, 1281, 0x40)]
    [InlineData(DontFragmentRule.Copy, 1280, 0)]
    [InlineData(DontFragmentRule.Clear, 1281, 0)]
    [InlineData(DontFragmentRule.Set, 1280, 0x40)]
    public void DontFragment_OfIpv6Inside_CountsAsSetAboveWhatEveryPathCarries(DontFragmentRule rule, int length, byte expected)
    {
        using var pair = new SteppedPair(SaMode.Tunnel, change: model => model with { Marking = TunnelMarking.Default with { DontFragment = rule } });
        Assert.Equal(expected, Assert.Single(pair.A.Send(Inner(true).Payload(length - 48).Build()))[6]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void HopLimit_OfForwardedPackets_EndsAtTheTunnel(bool isV6)
    {
        using var pair = new SteppedPair(SaMode.Tunnel, isV6: isV6);
        Assert.Empty(pair.A.Send(Inner(isV6).HopLimit(0).Build(), Inner(isV6).HopLimit(1).Build()));
        Assert.Equal(2, pair.A.Dropped(DropReason.HopLimitExceeded));
        Assert.Empty(pair.Carry(Inner(isV6).HopLimit(2).Build()));
        Assert.Equal(1, pair.B.Dropped(DropReason.HopLimitExceeded));
        Assert.Equal([Inner(isV6).HopLimit(1).Build()], pair.Carry(Inner(isV6).HopLimit(3).Build()));
        // The host's own packets to the peer itself cross no router here.
        var own = PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).HopLimit(1).Build();
        Assert.Equal([own], pair.Carry(own));
        Assert.Equal(0, pair.A.Outstanding + pair.B.Outstanding);
    }

    [Theory]
    [InlineData(SaMode.Tunnel, false)]
    [InlineData(SaMode.Tunnel, true)]
    [InlineData(SaMode.Transport, false)]
    [InlineData(SaMode.Transport, true)]
    public void Endpoints_OfAnother_AreRefused(SaMode mode, bool isV6)
    {
        using var pair = new SteppedPair(mode, isV6: isV6);
        var clear = PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Payload(8).Build();
        var sent = Assert.Single(pair.A.Send(clear));
        foreach (var at in isV6 ? new[] { 8, 23, 24, 39 } : [12, 15, 16, 19])
        {
            var moved = (byte[])sent.Clone();
            moved[at] ^= 1;
            Assert.Empty(pair.B.Receive(moved));
        }

        Assert.Equal(4, pair.B.Dropped(DropReason.WrongEndpoint));
        Assert.Equal([clear], pair.B.Receive(sent));
    }

    private static PacketBuilder Inner(bool isV6) =>
        (isV6 ? PacketBuilder.Udp("2001:db8:1::5", "2001:db8:2::6", 1, 2) : PacketBuilder.Udp("10.1.0.5", "10.2.0.6", 1, 2)).Payload(40);

    private static int Tos(byte[] packet) => IpPacketView.TryView(packet, out var view) ? view.Tos : -1;

    private static void SetTos(byte[] packet, int tos)
    {
        if (packet[0] >> 4 == 4)
        {
            packet[1] = (byte)tos;
            return;
        }

        packet[0] = (byte)(0x60 | (tos >> 4));
        packet[1] = (byte)((tos << 4) | (packet[1] & 15));
    }
}
