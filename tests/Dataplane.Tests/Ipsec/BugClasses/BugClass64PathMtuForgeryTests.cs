using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Ipsec.BugClasses;

/// <summary>"Too big" messages that name no SA, or sizes no path has.</summary>
public sealed class BugClass64PathMtuForgeryTests
{
    private const string Router = "203.0.113.1";
    private const string RouterV6 = "2001:db8:ffff::1";

    [Theory]
    [InlineData(0, 576)]
    [InlineData(68, 576)]
    [InlineData(575, 576)]
    [InlineData(1279, 1279)]
    [InlineData(1400, 1400)]
    public void BugClass64_SizeOfARealSa_IsBelievedDownToTheFloor(int stated, int believed)
    {
        using var pair = new SteppedPair();
        var sent = Assert.Single(pair.A.Send(Clear(pair)));
        pair.A.Receive(PacketBuilder.Icmp(Router, pair.AddressA, IcmpType.Unreachable, IcmpType.FragmentationNeededCode, (uint)stated).Payload(sent).Build());
        // Without a size RFC 1191's plateau below the quoted length is meant: lower than the floor here.
        Assert.Equal(believed, Mtu(pair.A));
        Assert.Equal(stated < 576 ? 1 : 0, pair.A.Dropped(DropReason.ForgedTooBig));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1279)]
    [InlineData(1280)]
    [InlineData(1400)]
    public void BugClass64_SizeForIpv6_IsNeverBelow1280(int stated)
    {
        using var pair = new SteppedPair(isV6: true);
        var sent = Assert.Single(pair.A.Send(Clear(pair)));
        pair.A.Receive(PacketBuilder.Icmp(RouterV6, pair.AddressA, IcmpType.V6PacketTooBig, 0, (uint)stated).Payload(sent).Build());
        Assert.Equal(Math.Max(1280, stated), Mtu(pair.A));
        Assert.Equal(stated < 1280 ? 1 : 0, pair.A.Dropped(DropReason.ForgedTooBig));
    }

    [Fact]
    public void BugClass64_ForgedQuotes_ChangeNothing()
    {
        using var pair = new SteppedPair();
        var sent = Assert.Single(pair.A.Send(Clear(pair)));
        void Tell(byte[] quote, bool isWrongChecksum = false)
        {
            var builder = PacketBuilder.Icmp(Router, pair.AddressA, IcmpType.Unreachable, IcmpType.FragmentationNeededCode, 1000).Payload(quote);
            pair.A.Receive((isWrongChecksum ? builder.WrongChecksum() : builder).Build());
        }

        var otherSpi = (byte[])sent.Clone();
        otherSpi[20] ^= 1;
        var otherPeer = (byte[])sent.Clone();
        otherPeer[19] ^= 1;
        var otherProtocol = (byte[])sent.Clone();
        otherProtocol[9] = 17;
        Tell(otherSpi);
        Tell(otherPeer);
        Tell(otherProtocol);
        Tell(sent[..20]);
        Tell(sent[..23]);
        Assert.Equal(5, pair.A.Dropped(DropReason.ForgedTooBig));
        // A quote of another host, a header cut off, and a wrong checksum are no news of ours at all.
        var otherSource = (byte[])sent.Clone();
        otherSource[15] ^= 1;
        Tell(otherSource);
        Tell(sent[..19]);
        Tell(sent, isWrongChecksum: true);
        Assert.Equal((5L, 1500), (pair.A.Dropped(DropReason.ForgedTooBig), Mtu(pair.A)));
        Tell(sent[..28]);
        Assert.Equal(1000, Mtu(pair.A));
        Assert.Equal(0, pair.A.Outstanding);
    }

    [Fact]
    public void BugClass64_Increase_IsNotBelievedAndForgottenAfterTenMinutes()
    {
        using var pair = new SteppedPair();
        var sent = Assert.Single(pair.A.Send(Clear(pair)));
        void Tell(uint mtu) => pair.A.Receive(PacketBuilder.Icmp(Router, pair.AddressA, IcmpType.Unreachable, IcmpType.FragmentationNeededCode, mtu).Payload(sent).Build());
        Tell(1200);
        Tell(9000);
        Assert.Equal(1200, Mtu(pair.A));
        pair.A.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(1200, Mtu(pair.A));
        pair.A.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1500, Mtu(pair.A));
        Tell(1300);
        Assert.Equal(1300, Mtu(pair.A));
    }

    private static byte[] Clear(SteppedPair pair) => PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Payload(100).Build();

    private static int Mtu(SteppedHost host) => host.Plane.Snapshot().Associations.Single(sa => !sa.IsInbound).PathMtu;
}
