using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Wire.Ip;

public sealed class IpFragmenterTests
{
    private const uint Identification = 0xCAFEBABE;

    [Theory]
    [InlineData(68, 0)]
    [InlineData(68, 1)]
    [InlineData(576, 1473)]
    [InlineData(1500, 1472)]
    [InlineData(1500, 1473)]
    [InlineData(1400, 65507)]
    public void Write_Ipv4_ReassemblesToThePayload(int mtu, int payload)
    {
        var packet = PacketBuilder.Udp("192.0.2.1", "192.0.2.2", 1, 2).Tos(0x2E).Payload(payload).Build();
        var fragments = Fragments(packet, mtu);
        Assert.Equal(packet[20..], NaiveReassembler.Payload(fragments));
        Assert.All(fragments, fragment => Assert.Equal(0, NaiveChecksum.Compute(fragment.AsSpan(0, 20))));
        Assert.All(fragments, fragment => Assert.Equal(packet.AsSpan(8, 2).ToArray(), fragment[8..10]));
    }

    [Theory]
    [InlineData(1280, 1232)]
    [InlineData(1280, 1233)]
    [InlineData(1500, 4000)]
    [InlineData(1280, 65000)]
    public void Write_Ipv6_ReassemblesToTheFragmentablePart(int mtu, int payload)
    {
        var packet = PacketBuilder.Udp("2001:db8::1", "2001:db8::2", 1, 2)
            .Extension(IpProtocol.HopByHop, 5, 2, 0, 0, 1, 0).Extension(IpProtocol.DestinationOptions, 1, 12).Payload(payload).Build();
        var fragments = Fragments(packet, mtu);
        Assert.True(fragments.Count > 1);
        Assert.Equal(packet[48..], NaiveReassembler.Payload(fragments));
        foreach (var fragment in fragments)
        {
            Assert.Equal((IpProtocol.HopByHop, IpProtocol.Fragment, IpProtocol.DestinationOptions), (fragment[6], fragment[40], fragment[48]));
            Assert.Equal(fragment.Length - 40, fragment[4] * 256 + fragment[5]);
            Assert.True(IpPacketView.TryView(fragment, out var view) && view.Identification == Identification);
        }
    }

    [Fact]
    public void Write_Ipv4Options_OnlyCopiedOnesFollowTheFirst()
    {
        // Record route (7) stays, loose source route (0x83) is copied, the no-operation between them is not.
        var packet = PacketBuilder.Udp("192.0.2.1", "192.0.2.2", 1, 2).Options(7, 7, 4, 0, 0, 0, 0, 1, 0x83, 7, 4, 9, 9, 9, 9).Payload(300).Build();
        var fragments = Fragments(packet, 120);
        Assert.Equal(36, (fragments[0][0] & 15) * 4);
        Assert.Equal(packet[20..36], fragments[0][20..36]);
        Assert.All(fragments.Skip(1), fragment =>
        {
            Assert.Equal(28, (fragment[0] & 15) * 4);
            Assert.Equal([0x83, 7, 4, 9, 9, 9, 9, 0], fragment[20..28]);
            Assert.Equal(0, NaiveChecksum.Compute(fragment.AsSpan(0, 28)));
        });
        Assert.Equal(packet[36..], NaiveReassembler.Payload(fragments));
    }

    [Theory]
    [InlineData(new byte[] { 0x83, 0, 4, 9 })]
    [InlineData(new byte[] { 0x83, 1, 4, 9 })]
    [InlineData(new byte[] { 0x83, 5, 4, 9 })]
    [InlineData(new byte[] { 1, 1, 1, 0x83 })]
    public void Write_MalformedOption_IsNotCopied(byte[] options)
    {
        var fragments = Fragments(PacketBuilder.Udp("192.0.2.1", "192.0.2.2", 1, 2).Options(options).Payload(300).Build(), 120);
        Assert.Equal(20, (fragments[1][0] & 15) * 4);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2")]
    [InlineData("2001:db8::1", "2001:db8::2")]
    public void Write_FragmentOfAFragment_ContinuesIt(string source, string destination)
    {
        var packet = PacketBuilder.Udp(source, destination, 1, 2).Payload(1200).Fragment(2400, more: true, 0x77).Build();
        var buffer = new byte[2000];
        Assert.True(IpPacketView.TryView(packet, out var whole));
        var offset = 2400;
        for (var i = 0; i < IpFragmenter.Count(whole, 600); i++)
        {
            var length = IpFragmenter.Write(whole, 600, i, Identification, buffer);
            Assert.True(IpPacketView.TryView(buffer.AsSpan(0, length), out var piece));
            Assert.Equal((offset, 0x77u, true), (piece.FragmentOffset, piece.Identification, piece.MoreFragments));
            offset += piece.Payload.Length;
        }

        Assert.Equal(3600, offset);
    }

    [Fact]
    public void Write_DontFragment_IsClearedInThePieces()
    {
        var fragments = Fragments(PacketBuilder.Udp("192.0.2.1", "192.0.2.2", 1, 2).DontFragment().Payload(300).Build(), 120);
        Assert.All(fragments, fragment => Assert.Equal(0, fragment[6] & 0x40));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2", 27)]
    [InlineData("2001:db8::1", "2001:db8::2", 55)]
    [InlineData("192.0.2.1", "192.0.2.2", 0)]
    [InlineData("2001:db8::1", "2001:db8::2", -1)]
    public void Count_NoRoomBehindTheHeaders_IsZero(string source, string destination, int mtu)
    {
        Assert.True(IpPacketView.TryView(PacketBuilder.Udp(source, destination, 1, 2).Payload(100).Build(), out var packet));
        Assert.Equal(0, IpFragmenter.Count(packet, mtu));
        Assert.Equal(0, IpFragmenter.Write(packet, mtu, 0, 0, new byte[200]));
    }

    [Fact]
    public void Count_HeaderChainLongerThanTheFirstFragment_IsZero()
    {
        var packet = PacketBuilder.Tcp("2001:db8::1", "2001:db8::2", 1, 2).Extension(IpProtocol.DestinationOptions, new byte[1230]).Payload(200).Build();
        Assert.True(IpPacketView.TryView(packet, out var view));
        Assert.Equal(0, IpFragmenter.Count(view, 1280));
        Assert.Equal(2, IpFragmenter.Count(view, 1400));
    }

    [Fact]
    public void Count_PieceBeyond65535_IsZero()
    {
        var packet = PacketBuilder.Udp("192.0.2.1", "192.0.2.2", 1, 2).Payload(2000).Fragment(65528, more: true).Build();
        Assert.True(IpPacketView.TryView(packet, out var view));
        Assert.Equal(0, IpFragmenter.Count(view, 600));
    }

    [Fact]
    public void Write_DestinationOneShortOrIndexBehind_IsZero()
    {
        Assert.True(IpPacketView.TryView(PacketBuilder.Udp("192.0.2.1", "192.0.2.2", 1, 2).Payload(100).Build(), out var packet));
        Assert.Equal(68, IpFragmenter.Write(packet, 68, 0, 0, new byte[68]));
        Assert.Equal(0, IpFragmenter.Write(packet, 68, 0, 0, new byte[67]));
        Assert.Equal(0, IpFragmenter.Write(packet, 68, IpFragmenter.Count(packet, 68), 0, new byte[68]));
        Assert.Equal(0, IpFragmenter.Write(packet, 68, -1, 0, new byte[68]));
    }

    private static List<byte[]> Fragments(byte[] packet, int mtu)
    {
        Assert.True(IpPacketView.TryView(packet, out var view));
        var fragments = new List<byte[]>();
        for (var i = 0; i < IpFragmenter.Count(view, mtu); i++)
        {
            var buffer = new byte[mtu + 8];
            Array.Fill(buffer, (byte)0xA5);
            var length = IpFragmenter.Write(view, mtu, i, Identification, buffer);
            Assert.InRange(length, 1, mtu);
            Assert.All(buffer[length..], octet => Assert.Equal(0xA5, octet));
            fragments.Add(buffer[..length]);
        }

        Assert.NotEmpty(fragments);
        return fragments;
    }
}
