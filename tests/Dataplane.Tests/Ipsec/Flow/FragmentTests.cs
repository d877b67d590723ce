using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ipsec.Spd;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace Dataplane.Tests.Ipsec.Flow;

/// <summary>Fragments on both sides: joined for transport mode, carried by a tunnel (RFC 4301 §7), joined before opening.</summary>
public sealed class FragmentTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Transport_FragmentsOfTheHost_AreSealedOnlyAsAWhole(bool isV6)
    {
        using var pair = new SteppedPair(isV6: isV6);
        var whole = PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Identification(7).Payload(1200).Build();
        var pieces = Cut(whole, 600);
        Assert.True(pieces.Count >= 3);
        Assert.Empty(pair.A.Send([.. pieces.Skip(1)]));
        Assert.Equal(1, pair.A.Outstanding);
        Assert.Equal([whole], pair.B.Receive(pair.A.Send(pieces[0])));
        Assert.Equal(0, pair.A.Outstanding + pair.B.Outstanding);

        // The twin: a piece missing, and nothing leaves in clear or sealed, not even later.
        Assert.Empty(pair.A.Send([.. pieces.SkipLast(1)]));
        pair.A.Clock.Advance(TimeSpan.FromSeconds(31));
        pair.A.Tick();
        Assert.Equal(pieces.Count - 1, pair.A.Dropped(DropReason.ReassemblyTimeout));
        Assert.Equal(0, pair.A.Outstanding);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Tunnel_AnyPorts_CarriesLaterFragmentsBeforeTheFirst(bool isV6)
    {
        using var pair = new SteppedPair(SaMode.Tunnel, isV6: isV6);
        var pieces = Cut(PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Payload(1200).Build(), 600);
        Assert.Equal(pieces.AsEnumerable().Reverse(), pair.Carry([.. pieces.AsEnumerable().Reverse()]));
        Assert.Equal(0, pair.A.DroppedInAll + pair.B.DroppedInAll);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Tunnel_PortSelectors_LaterFragmentsFollowTheirFirst(bool isV6)
    {
        using var pair = new SteppedPair(SaMode.Tunnel, isV6: isV6);
        var any = isV6 ? AddressRange.AnyV6 : AddressRange.AnyV4;
        SpdModel Policy(bool isA) => new(
        [
            new SpdRule
            {
                Name = "port 2",
                Selectors = [new TrafficSelector(any, any, IpProtocol.Udp, isA ? PortRange.Any : PortRange.Of(2), isA ? PortRange.Of(2) : PortRange.Any)],
                Action = PolicyAction.Protect,
                Tunnel = TestSa.Tunnel,
            },
            new SpdRule { Name = "rest", Selectors = [TestSa.Any(any)], Action = PolicyAction.Bypass },
        ]);
        pair.A.Plane.Publish(Policy(true));
        pair.B.Plane.Publish(Policy(false));
        var pieces = Cut(PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Identification(1).Payload(1200).Build(), 600, 1);
        Assert.Empty(pair.A.Send([.. pieces.Skip(1)]));
        Assert.Equal(pieces.Count - 1, pair.A.Dropped(DropReason.FragmentWithoutFirst));
        Assert.Empty(pair.A.Cipher.Passed);
        Assert.Equal(pieces, pair.Carry([.. pieces]));

        var others = Cut(PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 3).Identification(2).Payload(1200).Build(), 600, 2);
        Assert.Empty(pair.A.Send([.. others]));
        Assert.Equal(others, pair.A.Cipher.Passed);

        // What the first fragment was told is forgotten with the policy that said it.
        pair.A.Plane.Publish(Policy(true));
        Assert.Empty(pair.A.Send(pieces[1]));
        Assert.Equal(pieces.Count, pair.A.Dropped(DropReason.FragmentWithoutFirst));
    }

    // RFC 4301 §7, RFC 7296 §3.10.1: a peer that takes no later fragments gets the packet whole, in whatever order its pieces come.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Tunnel_PeerWithoutLaterFragments_GetsWholePackets(bool isV6)
    {
        using var pair = new SteppedPair(SaMode.Tunnel, isV6: isV6, change: model => model with { TakesLaterFragments = false });
        var whole = PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Identification(7).Payload(1200).Build();
        var pieces = Cut(whole, 600);
        Assert.Empty(pair.A.Send([.. pieces.Skip(1)]));
        Assert.Equal([whole], pair.B.Receive(pair.A.Send(pieces[0])));
        Assert.Equal(0, pair.A.Outstanding + pair.B.Outstanding);
        Assert.Equal(0, pair.A.DroppedInAll + pair.B.DroppedInAll);

        // The twin: the first piece missing, and none of the others is sent.
        Assert.Empty(pair.A.Send([.. pieces.Skip(1)]));
        pair.A.Clock.Advance(TimeSpan.FromSeconds(31));
        pair.A.Tick();
        Assert.Equal(pieces.Count - 1, pair.A.Dropped(DropReason.ReassemblyTimeout));
        Assert.Equal(0, pair.A.Outstanding);
    }

    [Fact]
    public void Tunnel_PeerWithoutLaterFragments_PacketOverThePathIsCutAfterSealing()
    {
        using var pair = new SteppedPair(SaMode.Tunnel, change: model => model with { PathMtu = 1000, TakesLaterFragments = false });
        var clear = PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Identification(77).Payload(1400).Build();
        var sent = pair.A.Send(clear);
        Assert.Equal(2, sent.Count);
        Assert.All(sent, packet => Assert.InRange(packet.Length, 0, 1000));
        // What the network sees are pieces of one ESP packet; inside is no fragment.
        Assert.True(IpPacketView.TryView(sent[1], out var second) && second.IsLaterFragment);
        Assert.Equal([clear], pair.B.Receive(sent));
    }

    [Theory]
    [InlineData(SaMode.Transport, false)]
    [InlineData(SaMode.Transport, true)]
    [InlineData(SaMode.Tunnel, false)]
    [InlineData(SaMode.Tunnel, true)]
    public void OuterFragments_InAnyOrder_AreJoinedBeforeOpening(SaMode mode, bool isV6)
    {
        using var pair = new SteppedPair(mode, isV6: isV6, form: LineForm.Plain);
        var clear = PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Payload(1300).Build();
        var pieces = Cut(Assert.Single(pair.A.Send(clear)), 600, 9).ToArray();
        new Random(3).Shuffle(pieces);
        Assert.Equal([clear], pair.B.Receive(pieces));

        var spoiled = Cut(Assert.Single(pair.A.Send(clear)), 600, 10);
        spoiled[1][^1] ^= 1;
        Assert.Empty(pair.B.Receive([.. spoiled]));
        Assert.Equal(1, pair.B.Dropped(DropReason.IntegrityFailed));
        Assert.Equal(0, pair.B.Outstanding);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OuterFragments_UnderUdp_AreJoinedBeforeOpening(bool isV6)
    {
        using var pair = new SteppedPair(SaMode.Tunnel, isV6: isV6, change: model => model with { Encapsulation = new UdpEncapsulation() });
        var clear = PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Payload(1300).Build();
        Assert.Equal([clear], pair.B.Receive([.. Cut(Assert.Single(pair.A.Send(clear)), 600, 9).AsEnumerable().Reverse()]));
        Assert.Equal(0, pair.B.Outstanding);
    }

    [Fact]
    public void Tunnel_PacketOverThePath_IsCutBeforeSealing()
    {
        using var pair = new SteppedPair(SaMode.Tunnel, change: model => model with { PathMtu = 1000 });
        var clear = PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Identification(77).Payload(1400).Build();
        var sent = pair.A.Send(clear);
        Assert.Equal(2, sent.Count);
        Assert.All(sent, packet => Assert.InRange(packet.Length, 0, 1000));
        var arrived = pair.B.Receive(sent);
        Assert.Equal(clear[20..], NaiveReassembler.Payload(arrived));
    }

    private static List<byte[]> Cut(byte[] packet, int mtu, uint identification = 5)
    {
        Assert.True(IpPacketView.TryView(packet, out var view));
        var pieces = new List<byte[]>();
        for (var index = 0; index < IpFragmenter.Count(view, mtu); index++)
        {
            var piece = new byte[mtu];
            pieces.Add(piece[..IpFragmenter.Write(view, mtu, index, identification, piece)]);
        }

        return pieces;
    }
}
