using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;

namespace Dataplane.Tests.Ipsec.BugClasses;

/// <summary>Packets at the limit of what IP carries, and fragments that never end: bounded and right.</summary>
public sealed class BugClass61LargePacketTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void BugClass61_LargestPacketThatFits_IsSealedFragmentedJoinedAndOpened(bool isV6)
    {
        using var pair = new SteppedPair(isV6: isV6, mtu: 65535, form: LineForm.Plain);
        pair.A.Plane.ReplaceOutbound(TestSa.Tunnel, [TestSa.Model(SteppedPair.SpiToB, pair.AddressA, pair.AddressB, true) with { PathMtu = isV6 ? 0 : 1500 }]);
        // What the host hands over in one piece and lets the network cut; IPv6 senders cut by themselves.
        var clear = PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Payload(65000 - (isV6 ? 40 : 20)).Build();
        var sent = pair.A.Send(clear);
        Assert.Equal(isV6 ? 1 : 44, sent.Count);
        Assert.All(sent, packet => Assert.True(isV6 || packet.Length <= 1500));
        Assert.Equal([clear], pair.B.Receive([.. sent.AsEnumerable().Reverse()]));
        Assert.Equal(0, pair.A.Outstanding + pair.B.Outstanding);

        var spoiled = pair.A.Send(clear).Select(packet => (byte[])packet.Clone()).ToList();
        spoiled[^1][^1] ^= 1;
        Assert.Empty(pair.B.Receive(spoiled));
        Assert.Equal(1, pair.B.Dropped(DropReason.IntegrityFailed));
    }

    [Fact]
    public void BugClass61_SealedLengthBeyondIp_IsRefused()
    {
        using var pair = new SteppedPair(SaMode.Tunnel, mtu: 65535);
        Assert.Empty(pair.A.Send(PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).DontFragment().Payload(65535 - 28).Build()));
        Assert.Equal(1, pair.A.Dropped(DropReason.TooBig));
        Assert.Equal(0, pair.A.Outstanding);
    }

    [Fact]
    public void BugClass61_FloodOfFirstFragments_IsBoundedAndForgotten()
    {
        using var pair = new SteppedPair();
        for (var i = 0; i < 200; i++)
        {
            Assert.Empty(pair.B.Receive(PacketBuilder.Ip(pair.AddressA, pair.AddressB, 50).Payload(64).Fragment(0, more: true, (uint)i).Build()));
        }

        Assert.Equal(64, pair.B.Outstanding);
        Assert.Equal(136, pair.B.Dropped(DropReason.ReassemblyRefused));
        pair.B.Clock.Advance(TimeSpan.FromSeconds(31));
        pair.B.Tick();
        Assert.Equal(64, pair.B.Dropped(DropReason.ReassemblyTimeout));
        Assert.Equal(0, pair.B.Outstanding);
    }

    [Fact]
    public void BugClass61_FragmentsThatOverlapOrExceedIp_EndThePacket()
    {
        using var pair = new SteppedPair();
        PacketBuilder Piece(int length) => PacketBuilder.Ip(pair.AddressA, pair.AddressB, 50).Payload(length);
        Assert.Empty(pair.B.Receive(Piece(64).Fragment(0, more: true, 1).Build(), Piece(64).Fragment(56, more: true, 1).Build()));
        Assert.Empty(pair.B.Receive(Piece(64).Fragment(65528, more: false, 2).Build()));
        Assert.Empty(pair.B.Receive(Piece(63).Fragment(0, more: true, 3).Build()));
        Assert.Equal(4, pair.B.Dropped(DropReason.ReassemblyRefused));
        Assert.Equal(0, pair.B.Outstanding);
    }
}
