using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Ipsec.Flow;

/// <summary>VPP's tra_basic, tra_burst, ext_hdrs_66 and tun 44/66/46/64.</summary>
public sealed class TunnelFamilyTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Tunnel_EveryMixOfInnerAndOuterVersion_CarriesBothWays(bool isInnerV6, bool isOuterV6)
    {
        using var pair = new SteppedPair(SaMode.Tunnel, isV6: isOuterV6);
        var (inA, inB) = isInnerV6 ? ("2001:db8:1::5", "2001:db8:2::6") : ("10.1.0.5", "10.2.0.6");
        for (var length = 0; length < 80; length++)
        {
            var clear = PacketBuilder.Udp(inA, inB, 1, 2).Payload(length).HopLimit(9).Build();
            var sent = Assert.Single(pair.A.Send(clear));
            Assert.Equal(isOuterV6 ? 6 : 4, sent[0] >> 4);
            Assert.True(IpPacketView.TryView(sent, out var outer) && outer.Protocol == IpProtocol.Esp);
            // Forwarded packets lose one hop where they enter and one where they leave the tunnel.
            Assert.Equal([PacketBuilder.Udp(inA, inB, 1, 2).Payload(length).HopLimit(7).Build()], pair.B.Receive(sent));

            var back = PacketBuilder.Udp(inB, inA, 2, 1).Payload(length).HopLimit(9).Build();
            Assert.Equal([PacketBuilder.Udp(inB, inA, 2, 1).Payload(length).HopLimit(7).Build()], pair.A.Receive(pair.B.Send(back)));

            var spoiled = pair.A.Send(clear)[0];
            spoiled[^20] ^= 1;
            Assert.Empty(pair.B.Receive(spoiled));
        }

        Assert.Equal(80, pair.B.Dropped(DropReason.IntegrityFailed));
        Assert.Equal(0, pair.A.Outstanding + pair.B.Outstanding);
    }

    [Theory]
    [InlineData(SaMode.Transport, false)]
    [InlineData(SaMode.Transport, true)]
    [InlineData(SaMode.Tunnel, false)]
    [InlineData(SaMode.Tunnel, true)]
    public void Burst_OfMorePacketsThanAJob_ArrivesInOrder(SaMode mode, bool isV6)
    {
        using var pair = new SteppedPair(mode, isV6: isV6);
        var burst = Enumerable.Range(0, 257).Select(i => PacketBuilder.Udp(pair.AddressA, pair.AddressB, (ushort)i, 2).Payload(i).Build()).ToArray();
        Assert.Equal(burst, pair.Carry(burst));
        Assert.Equal((257L, 0L), (pair.B.Plane.Snapshot().Associations.Single(sa => sa.IsInbound).Packets, pair.B.DroppedInAll));
        Assert.Equal(0, pair.A.Outstanding + pair.B.Outstanding);
    }

    [Theory]
    [InlineData(SaMode.Transport)]
    [InlineData(SaMode.Tunnel)]
    public void ExtensionHeaders_OfEveryKind_SurviveAndEspStandsWhereItMust(SaMode mode)
    {
        using var pair = new SteppedPair(mode, isV6: true);
        PacketBuilder Udp() => PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2);
        (PacketBuilder Packet, byte Before)[] cases =
        [
            (Udp().Extension(IpProtocol.HopByHop, 5, 2, 0, 0, 1, 0), IpProtocol.HopByHop),
            (Udp().Extension(IpProtocol.DestinationOptions, 1, 4), IpProtocol.Esp),
            (Udp().Extension(IpProtocol.HopByHop, 1, 4).Extension(IpProtocol.DestinationOptions, 1, 4), IpProtocol.HopByHop),
            (Udp().Extension(IpProtocol.HopByHop, 1, 4).Extension(IpProtocol.Routing, 4, 0, 0, 0, 0, 0).Extension(IpProtocol.DestinationOptions, 1, 4), IpProtocol.HopByHop),
        ];
        foreach (var (builder, before) in cases)
        {
            var clear = builder.Payload(33).Build();
            var sent = Assert.Single(pair.A.Send(clear));
            Assert.Equal(mode == SaMode.Tunnel ? IpProtocol.Esp : before, sent[6]);
            Assert.Equal([clear], pair.B.Receive(sent));
            var spoiled = pair.A.Send(clear)[0];
            spoiled[^1] ^= 1;
            Assert.Empty(pair.B.Receive(spoiled));
        }

        Assert.Equal(cases.Length, pair.B.Dropped(DropReason.IntegrityFailed));
    }

    [Fact]
    public void CutOffTransportHeader_IsMalformedAndNotSealed()
    {
        using var pair = new SteppedPair();
        foreach (var packet in Damage.Truncations(PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Payload(8).Build()))
        {
            Assert.Empty(pair.A.Send(packet));
        }

        Assert.Equal(36, pair.A.Dropped(DropReason.Malformed));
        Assert.Equal(0, pair.A.Outstanding);
    }
}
