using System.Buffers.Binary;
using IpsecDp.Crypto;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Ipsec.Flow;

/// <summary>The size the sender is told is exactly the largest that fits, for every suite, mode and family.</summary>
public sealed class PathMtuTests
{
    public static TheoryData<string, SaMode, bool, bool> Matrix()
    {
        var data = new TheoryData<string, SaMode, bool, bool>();
        foreach (var suite in CipherSuite.All)
        {
            foreach (var mode in Enum.GetValues<SaMode>())
            {
                foreach (var isV6 in new[] { false, true })
                {
                    data.Add(suite.Name, mode, isV6, false);
                    data.Add(suite.Name, mode, isV6, true);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void TooBig_NamesTheLargestPacketThatFits(string name, SaMode mode, bool isV6, bool isEncapsulated)
    {
        Assert.True(CipherSuite.TryParse(name, out var suite));
        using var pair = new SteppedPair(mode, suite, isV6: isV6, change: model => isEncapsulated ? model with { Encapsulation = new UdpEncapsulation() } : model);
        RequireExact(pair, 1500, isV6);
    }

    [Theory]
    [InlineData(SaMode.Transport, false)]
    [InlineData(SaMode.Tunnel, false)]
    [InlineData(SaMode.Transport, true)]
    [InlineData(SaMode.Tunnel, true)]
    public void TooBig_OfABundle_NamesTheLargestPacketThatFits(SaMode espMode, bool isV6)
    {
        using var pair = SteppedPair.Bundle(espMode, isV6: isV6);
        RequireExact(pair, 1500, isV6);
    }

    [Theory]
    [InlineData(false, 1333)]
    [InlineData(true, 1420)]
    public void TooBig_AfterTheNetworkSaidLess_FollowsIt(bool isV6, int mtu)
    {
        using var pair = new SteppedPair(SaMode.Tunnel, isV6: isV6);
        var sent = Assert.Single(pair.A.Send(Packet(pair, 1300)));
        pair.A.Receive(isV6
            ? PacketBuilder.Icmp("2001:db8:f::1", pair.AddressA, IcmpType.V6PacketTooBig, 0, (uint)mtu).Payload(sent).Build()
            : PacketBuilder.Icmp("203.0.113.1", pair.AddressA, IcmpType.Unreachable, IcmpType.FragmentationNeededCode, (uint)mtu).Payload(sent).Build());
        RequireExact(pair, mtu, isV6);
    }

    [Fact]
    public void TooBig_UnderUdp_IsLearnedByTheSpiBehindTheHeader()
    {
        using var pair = new SteppedPair(SaMode.Tunnel, change: model => model with { Encapsulation = new UdpEncapsulation() });
        var sent = Assert.Single(pair.A.Send(Packet(pair, 1300)));
        void Tell(byte[] quote) => pair.A.Receive(PacketBuilder.Icmp("203.0.113.1", pair.AddressA, IcmpType.Unreachable, IcmpType.FragmentationNeededCode, 1200).Payload(quote).Build());
        var forged = (byte[])sent.Clone();
        forged[28] ^= 1;
        Tell(forged);
        Assert.Equal(1, pair.A.Dropped(DropReason.ForgedTooBig));
        Assert.Single(pair.A.Send(Packet(pair, 1300)));
        Tell(sent);
        Assert.Empty(pair.A.Send(Packet(pair, 1300)));
        RequireExact(pair, 1200, false);
    }

    [Fact]
    public void Ipv6_Of1280Octets_PassesAnyPathInPieces()
    {
        // RFC 8200 §5: nobody may be told to send less; the sealed packet is cut.
        using var pair = new SteppedPair(SaMode.Tunnel, isV6: true, change: model => model with { PathMtu = 1280 });
        var clear = Packet(pair, 1280);
        var sent = pair.A.Send(clear);
        Assert.Equal(2, sent.Count);
        Assert.All(sent, piece => Assert.InRange(piece.Length, 1, 1280));
        Assert.Equal([clear], pair.B.Receive(sent));
        Assert.Empty(pair.A.Send(Packet(pair, 1281)));
        Assert.Equal(1, pair.A.Dropped(DropReason.TooBig));
    }

    [Fact]
    public void Ipv6InIpv4_Of1280Octets_PassesASmallPathInPieces()
    {
        using var pair = new SteppedPair(SaMode.Tunnel, change: model => model with { PathMtu = 1000 });
        var clear = PacketBuilder.Udp("2001:db8:1::5", "2001:db8:2::6", 1, 2).Payload(1280 - 48).Build();
        var sent = pair.A.Send(clear);
        Assert.Equal(2, sent.Count);
        Assert.Single(pair.B.Receive(sent));
        Assert.Equal(0, pair.A.Outstanding + pair.B.Outstanding);
    }

    private static void RequireExact(SteppedPair pair, int mtu, bool isV6)
    {
        Assert.Empty(pair.A.Send(Packet(pair, 1500)));
        Assert.True(pair.A.Dropped(DropReason.TooBig) > 0);
        var answer = pair.A.Clear.Take()[^1];
        Assert.True(IpPacketView.TryView(answer, out var view));
        var fitting = isV6 ? (int)BinaryPrimitives.ReadUInt32BigEndian(view.Payload[4..]) : BinaryPrimitives.ReadUInt16BigEndian(view.Payload[6..]);
        var largest = Packet(pair, fitting);
        var sent = Assert.Single(pair.A.Send(largest));
        Assert.InRange(sent.Length, mtu - 20, mtu);
        Assert.Equal([largest], pair.B.Receive(sent));
        Assert.Empty(pair.A.Send(Packet(pair, fitting + 1)));
        Assert.Equal(0, pair.A.Outstanding + pair.B.Outstanding);
    }

    private static byte[] Packet(SteppedPair pair, int length)
    {
        var builder = PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2);
        return pair.AddressA.Contains(':', StringComparison.Ordinal) ? builder.Payload(length - 48).Build() : builder.DontFragment().Payload(length - 28).Build();
    }
}
