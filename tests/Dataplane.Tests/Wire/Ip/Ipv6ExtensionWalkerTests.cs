using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Wire.Ip;

public sealed class Ipv6ExtensionWalkerTests
{
    private const byte HopByHop = IpProtocol.HopByHop;
    private const byte Routing = IpProtocol.Routing;
    private const byte Options = IpProtocol.DestinationOptions;

    [Fact]
    public void TryWalk_NoExtensions_PayloadFollowsTheFixedHeader()
    {
        Assert.True(Ipv6ExtensionWalker.TryWalk(Packet().Build(), out var walk));
        Assert.Equal(new Ipv6ExtensionWalker(IpProtocol.Udp, 40, 6, 0, 40, 6), walk);
    }

    [Theory]
    [InlineData(new[] { HopByHop }, 48, 40)]
    [InlineData(new[] { HopByHop, Options }, 48, 40)]
    [InlineData(new[] { Options }, 40, 6)]
    [InlineData(new[] { HopByHop, Options, Routing, Options }, 64, 56)]
    [InlineData(new[] { Options, Routing }, 56, 48)]
    public void TryWalk_Chain_UnfragmentablePartEndsBehindTheRoutingHeader(byte[] chain, int end, int field)
    {
        var builder = Packet();
        foreach (var header in chain)
        {
            builder.Extension(header, 0, 0, 0, 0, 0, 0);
        }

        Assert.True(Ipv6ExtensionWalker.TryWalk(builder.Build(), out var walk));
        Assert.Equal((IpProtocol.Udp, 40 + chain.Length * 8), (walk.Protocol, walk.PayloadAt));
        Assert.Equal((end, field), (walk.UnfragmentableEnd, walk.UnfragmentableFieldAt));
    }

    [Fact]
    public void TryWalk_LaterFragment_StopsAtTheFragmentHeader()
    {
        // What would be read as an endless options header is payload.
        var packet = PacketBuilder.Ip("2001:db8::1", "2001:db8::2", Options).Payload([0, 255]).Fragment(8, more: false).Build();
        Assert.True(Ipv6ExtensionWalker.TryWalk(packet, out var walk));
        Assert.Equal((Options, 48, 40), (walk.Protocol, walk.PayloadAt, walk.FragmentHeaderAt));
    }

    [Fact]
    public void TryWalk_SecondFragmentHeader_Refused()
    {
        var packet = Packet().Extension(IpProtocol.Fragment, 0, 1, 0, 0, 0, 1).Extension(IpProtocol.Fragment, 0, 0, 0, 0, 0, 1).Build();
        // The reserved octet of a fragment header is no length.
        (packet[41], packet[49]) = (0, 0);
        Assert.False(Ipv6ExtensionWalker.TryWalk(packet, out _));
    }

    [Fact]
    public void TryWalk_RoutingBehindFragment_IsFragmentable()
    {
        var packet = Packet().Extension(IpProtocol.Fragment, 0, 1, 0, 0, 0, 1).Extension(Routing, 0, 0, 0, 0, 0, 0).Build();
        Assert.True(Ipv6ExtensionWalker.TryWalk(packet, out var walk));
        Assert.Equal((40, 40, 56), (walk.UnfragmentableEnd, walk.FragmentHeaderAt, walk.PayloadAt));
    }

    [Theory]
    [InlineData(Ipv6ExtensionWalker.MaximumHeaders, true)]
    [InlineData(Ipv6ExtensionWalker.MaximumHeaders + 1, false)]
    public void TryWalk_ManyHeaders_BoundHolds(int count, bool expected)
    {
        var builder = Packet();
        for (var i = 0; i < count; i++)
        {
            builder.Extension(Options, 0);
        }

        Assert.Equal(expected, Ipv6ExtensionWalker.TryWalk(builder.Build(), out _));
    }

    [Fact]
    public void TryWalk_CutWithinHeaders_Refused()
    {
        var packet = Packet().Extension(HopByHop, 5, 2).Extension(Routing, new byte[22]).Build();
        for (var length = 0; length < 40 + 8 + 24; length++)
        {
            Assert.False(Ipv6ExtensionWalker.TryWalk(packet.AsSpan(0, length), out _));
        }
    }

    private static PacketBuilder Packet() => PacketBuilder.Udp("2001:db8::1", "2001:db8::2", 1, 2).Payload(16);
}
