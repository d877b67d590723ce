using System.Buffers.Binary;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Ipsec.Superframes;

/// <summary>A clear superframe leaves a tunnel of ESP in UDP as cipher superframes, and arrives as what was sent.</summary>
public sealed class OutboundSuperframeTests
{
    [Theory]
    [InlineData(true, false, false, 1300, 60_000)]
    [InlineData(true, true, false, 1300, 60_001)]
    [InlineData(true, false, true, 1000, 1001)]
    [InlineData(true, true, true, 1280, 2560)]
    [InlineData(false, false, false, 1400, 64_000)]
    [InlineData(false, true, true, 1200, 1199)]
    [InlineData(false, false, true, 500, 63_999)]
    [InlineData(true, false, false, 1, 128)]
    public void Superframe_Carried_IsWhatItsPacketsAreCarriedOneByOne(bool isTcp, bool isInnerV6, bool isOuterV6, int size, int payload)
    {
        using var pair = SteppedPair.InUdp(isOuterV6);
        using var singly = SteppedPair.InUdp(isOuterV6);
        var frame = Superframe(isTcp, isInnerV6, size, payload);
        var sent = pair.A.SendFrames(frame);
        byte[][] alone = [.. frame.Split().SelectMany(packet => singly.A.Send(packet))];
        Assert.Equal(alone.Select(BehindTheHeader), sent.SelectMany(one => one.Split()).Select(BehindTheHeader));
        var arrived = pair.B.ReceiveFrames(sent);
        Assert.Equal(alone.SelectMany(packet => singly.B.Receive(packet)), arrived.SelectMany(one => one.Split()));
        // What the sender had to divide is one superframe again.
        Assert.Single(arrived);
        Assert.Equal((0L, 0L), (pair.A.DroppedInAll, pair.B.DroppedInAll));
        Assert.Equal(0, pair.A.Outstanding + pair.B.Outstanding);

        // Damaged on the way, exactly one packet is missing.
        var again = pair.A.SendFrames(frame);
        again[0].Octets[^1] ^= 1;
        Assert.Equal(alone.Length - 1, pair.B.ReceiveFrames(again).Sum(one => one.Split().Count));
    }

    [Fact]
    public void Superframe_OfTheLargestSize_LeavesInPiecesOfAtMostOneIpPacket()
    {
        using var pair = SteppedPair.InUdp();
        // 48 packets of 1340 octets: 8 + 8 + 1340 + 2 + 2 + 16 of ESP each, of which 47 go behind 28 octets of header.
        var sent = pair.A.SendFrames(Superframe(isTcp: true, isV6: false, 1300, 48 * 1300));
        Assert.Equal([47, 1], sent.Select(one => one.Split().Count));
        Assert.Equal(new Segmentation(SegmentKind.Udp, 1376, 28, IsChecksumMissing: false), sent[0].Segments);
        Assert.Equal(Segmentation.None, sent[1].Segments);
        Assert.All(sent, one => Assert.InRange(one.Octets.Length, 1, 65535));
        Assert.Equal(48, pair.B.ReceiveFrames(sent).Sum(one => one.Split().Count));
        Assert.Equal(Enumerable.Range(1, 48), sent.SelectMany(one => one.Split()).Select(packet => (int)BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(32))));
    }

    [Theory]
    [InlineData("alike", new[] { 47, 47, 2 })]
    [InlineData("another TOS", new[] { 47, 1, 47, 1 })]
    [InlineData("may be cut", new[] { 47, 1, 47, 1 })]
    [InlineData("another size", new[] { 47, 1, 47, 1 })]
    [InlineData("ends short", new[] { 47, 1, 47, 1 })]
    [InlineData("a packet between", new[] { 47, 1, 1, 47, 1 })]
    public void Superframes_ThatFollowOneAnother_ShareAFrameWhereTheirPacketsAreAlike(string second, int[] sizes)
    {
        using var pair = SteppedPair.InUdp();
        var first = Largest(second == "ends short" ? (48 * 1300) - 100 : 48 * 1300);
        var next = Largest(48 * 1300);
        switch (second)
        {
            case "another TOS": next.Octets[1] = 0xB8; break;
            case "may be cut": next.Octets[6] |= 0x40; break;
            case "another size": next = next with { Segments = next.Segments with { Size = 1304 } }; break;
        }

        Frame[] frames = second == "a packet between" ? [first, new Frame(PacketBuilder.Udp("10.1.0.1", "10.2.0.2", 5, 6).Payload(9).Build(), Segmentation.None), next] : [first, next];
        var sent = pair.A.SendFrames(frames);
        Assert.Equal(sizes, sent.Select(one => one.Split().Count));
        Assert.Equal(Enumerable.Range(1, sizes.Sum()), sent.SelectMany(one => one.Split()).Select(packet => (int)BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(32))));
        Assert.Equal(frames.SelectMany(frame => frame.Split()).Select(packet => packet.Length), pair.B.ReceiveFrames(sent).SelectMany(one => one.Split()).Select(packet => packet.Length));
        Assert.Equal((0L, 0L), (pair.A.DroppedInAll, pair.B.DroppedInAll));
    }

    [Fact]
    public void Superframe_WhosePacketsFillAnIpPacketByThemselves_IsRefusedBeforeAFrameIsTaken()
    {
        // A loopback link carries 65536 octets, and a segment may be as long as that once it is sealed.
        using var pair = SteppedPair.InUdp(mtu: 65536);
        Assert.Empty(pair.A.SendFrames(Superframe(isTcp: false, isV6: false, 65446, 65486)));
        Assert.Equal(2, pair.A.Dropped(DropReason.NoBuffer));
        Assert.Equal((0, 2L), (pair.A.Outstanding, pair.A.DroppedInAll));
        Assert.Single(pair.A.SendFrames(Superframe(isTcp: false, isV6: false, 65400, 65400)));
    }

    private static Frame Largest(int payload) => Superframe(isTcp: true, isV6: false, 1300, payload);

    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void Superframe_OuterHeader_TakesAfterTheInner(bool isOuterV6, bool isWhole)
    {
        using var pair = SteppedPair.InUdp(isOuterV6, model => model with { Encapsulation = new UdpEncapsulation(4500, 4501) });
        var builder = PacketBuilder.Tcp("10.1.0.1", "10.2.0.2", 1, 2).Tos(0xBA).Payload(5000);
        var frame = new Frame((isWhole ? builder.DontFragment() : builder).Build(), new Segmentation(SegmentKind.Tcp, 1000, 40, IsChecksumMissing: true));
        var header = pair.A.SendFrames(frame)[0].Octets;
        if (isOuterV6)
        {
            Assert.Equal(0xBA, (BinaryPrimitives.ReadUInt16BigEndian(header) >> 4) & 0xFF);
            Assert.Equal(header.Length - 40, BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(4)));
        }
        else
        {
            Assert.Equal((0xBA, isWhole), (header[1], (header[6] & 0x40) != 0));
            Assert.Equal((ushort)0, NaiveChecksum.Compute(header.AsSpan(0, 20)));
            Assert.Equal(header.Length, BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2)));
        }

        var udp = header.AsSpan(isOuterV6 ? 40 : 20, 8);
        Assert.Equal((4500, 4501, header.Length - (isOuterV6 ? 40 : 20), 0), (BinaryPrimitives.ReadUInt16BigEndian(udp), BinaryPrimitives.ReadUInt16BigEndian(udp[2..]), BinaryPrimitives.ReadUInt16BigEndian(udp[4..]), BinaryPrimitives.ReadUInt16BigEndian(udp[6..])));
    }

    [Fact]
    public void Jobs_OfSinglesAndSuperframes_NumberTheirPacketsInOrder()
    {
        using var pair = SteppedPair.InUdp();
        var random = new Random(9);
        var number = 1;
        for (var round = 0; round < 30; round++)
        {
            Frame[] frames = [.. Enumerable.Range(0, random.Next(1, 20)).Select(i => random.Next(3) == 0 ? Superframe(random.Next(2) == 0, random.Next(2) == 0, random.Next(20, 1300), random.Next(1, 2500)) : new Frame(ReceivingTwins.Tcp(i)))];
            var count = frames.Sum(frame => frame.Split().Count);
            var sent = pair.A.SendFrames(frames);
            Assert.Equal(Enumerable.Range(number, count), sent.SelectMany(one => one.Split()).Select(packet => (int)BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(32))));
            Assert.Equal(count, pair.B.ReceiveFrames(sent).Sum(one => one.Split().Count));
            number += count;
        }

        Assert.Equal(number - 1, pair.A.Plane.Snapshot().Associations.Single(sa => !sa.IsInbound).Packets);
    }

    [Theory]
    [InlineData("hop", DropReason.HopLimitExceeded)]
    [InlineData("size", DropReason.Malformed)]
    [InlineData("header", DropReason.Malformed)]
    [InlineData("headers", DropReason.Malformed)]
    [InlineData("fragment", DropReason.Malformed)]
    [InlineData("kind", DropReason.Malformed)]
    [InlineData("big", DropReason.TooBig)]
    public void Superframe_ThatCannotBeDivided_IsRefusedWhole(string fault, DropReason reason)
    {
        using var pair = SteppedPair.InUdp();
        Assert.NotEmpty(pair.A.SendFrames(Superframe(true, false, 1000, 3000)));
        var segments = new Segmentation(SegmentKind.Tcp, 1000, 40, IsChecksumMissing: true);
        var builder = PacketBuilder.Tcp("10.1.0.1", "10.2.0.2", 1, 2).Payload(3000);
        var frame = fault switch
        {
            "hop" => new Frame(builder.HopLimit(1).Build(), segments),
            "size" => new Frame(builder.Build(), segments with { Size = 0, HeaderLength = 0 }),
            "header" => new Frame(builder.Build(), segments with { HeaderLength = 39 }),
            "headers" => new Frame(builder.Build(), segments with { HeaderLength = 44 }),
            "fragment" => new Frame(builder.Fragment(0, more: true).Build(), segments),
            "kind" => new Frame(PacketBuilder.Icmp("10.1.0.1", "10.2.0.2", 8, 0).Payload(3000).Build(), segments),
            _ => new Frame(builder.DontFragment().Build(), segments with { Size = 1450 }),
        };
        Assert.Empty(pair.A.SendFrames(frame));
        Assert.Equal(pair.A.DroppedInAll, pair.A.Dropped(reason));
        Assert.True(pair.A.DroppedInAll > 0);
        Assert.Equal((0, 0L), (pair.A.Outstanding, pair.A.Faulted));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Superframe_InABundleOrRawEsp_IsDividedIntoPackets(bool isBundle)
    {
        using var pair = isBundle ? SteppedPair.Bundle(SaMode.Tunnel) : new SteppedPair(SaMode.Tunnel, form: LineForm.Plain);
        var frame = Superframe(true, false, 1000, 9500);
        var sent = pair.A.SendFrames(frame);
        Assert.Equal(10, sent.Count);
        Assert.All(sent, one => Assert.Equal(Segmentation.None, one.Segments));
        Assert.Equal(10, pair.B.ReceiveFrames(sent).Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Superframes_OfManySmallSegmentsOverANarrowPath_AreAllSent(bool isInUdp)
    {
        // Two superframes of more packets than a job has room for, each segment within 1280 octets but not within the path (RFC 8200 §5).
        using var pair = new SteppedPair(SaMode.Tunnel, change: model => model with { PathMtu = 480, Encapsulation = isInUdp ? new UdpEncapsulation() : null });
        Frame Many(int size, int count) => Superframe(isTcp: true, isV6: true, size, size * count);
        var sent = pair.A.SendFrames(Many(400, 127), Many(400, 150), Many(400, 150));
        Assert.Equal(0, pair.A.Faulted);
        // The pieces of fragments are put together again by B's own path.
        Assert.Equal(127 + 150 + 150, pair.B.ReceiveFrames(sent).Sum(one => one.Split().Count));
        Assert.All(sent.SelectMany(one => one.Split()), packet => Assert.InRange(packet.Length, 1, 480));
        Assert.Equal(0, pair.A.Outstanding + pair.B.Outstanding);
    }

    [Fact]
    public void Superframe_BypassedBothWays_StaysASuperframe()
    {
        using var host = new SteppedHost();
        host.Plane.Publish(new IpsecDp.Ipsec.Spd.SpdModel([new IpsecDp.Ipsec.Spd.SpdRule { Name = "clear", Selectors = [TestSa.Any(IpsecDp.Wire.Selectors.AddressRange.AnyV4)], Action = IpsecDp.Ipsec.Spd.PolicyAction.Bypass }]));
        var tcp = Superframe(true, false, 1000, 9500);
        var udp = Superframe(false, false, 1000, 9500);
        Assert.Empty(host.SendFrames(tcp, udp));
        AssertFrames([tcp, udp], host.Cipher.PassedFrames);
        // From a link that checked the sums, the second looks as a cipher superframe does.
        udp = udp with { Segments = udp.Segments with { IsChecksumMissing = false } };
        AssertFrames([tcp, udp], host.ReceiveFrames(tcp, udp));
        var snapshot = host.Plane.Snapshot();
        Assert.Equal((20L, 20L), (snapshot.BypassedOut, snapshot.BypassedIn));
        Assert.Equal((0L, 0), (host.DroppedInAll, host.Outstanding));
    }

    [Fact]
    public void Superframe_OfEspInUdpInsideATunnel_OpensLayerByLayer()
    {
        using var pair = SteppedPair.InUdp();
        using var inner = new ReceivingTwins(change: model => model with { Spi = 0x7001 });
        pair.B.Plane.InstallInbound(TestSa.Tunnel, [TestSa.Model(0x7001, pair.AddressA, pair.AddressB, false, SaMode.Tunnel) with { Encapsulation = new UdpEncapsulation() }]);
        byte[][] layers = [.. Enumerable.Range(0, 6).Select(i => inner.Seal(ReceivingTwins.Tcp(i), (ulong)i + 1, 1100))];
        // Joined by checksums that are right, as GRO on the way would; judged by its layers, none is for this policy's one tunnel of one layer.
        pair.CarryFrames([.. layers.Select(packet => new Frame(packet))]);
        var alone = pair.B.DroppedInAll;
        Assert.Equal(6, alone);
        var sent = pair.A.Send(layers);
        Assert.Empty(pair.B.ReceiveFrames(Frame.Of(sent)));
        Assert.Equal(2 * alone, pair.B.DroppedInAll);
        Assert.Equal(0, pair.B.Outstanding);
    }

    internal static Frame Superframe(bool isTcp, bool isV6, int size, int payload)
    {
        var (source, destination) = isV6 ? ("fd00::1", "fd00::2") : ("10.1.0.1", "10.2.0.2");
        var builder = isTcp ? PacketBuilder.Tcp(source, destination, 1000, 2000, 0xFFFF_FFF0, flags: TcpView.Ack | TcpView.Psh) : PacketBuilder.Udp(source, destination, 1000, 2000);
        var headerLength = (isV6 ? 40 : 20) + (isTcp ? 20 : 8);
        return new Frame(builder.Identification(0xFFF8).Payload(payload).Build(), new Segmentation(isTcp ? SegmentKind.Tcp : SegmentKind.Udp, (ushort)size, (ushort)headerLength, IsChecksumMissing: true));
    }

    private static void AssertFrames(IReadOnlyList<Frame> expected, IReadOnlyList<Frame> actual) =>
        Assert.Equal(expected.Select(frame => (Convert.ToHexString(frame.Octets), frame.Segments)), actual.Select(frame => (Convert.ToHexString(frame.Octets), frame.Segments)));

    // DF and identification of the outer header are those of the first packet of a superframe.
    private static string BehindTheHeader(byte[] packet) => Convert.ToHexString(packet.AsSpan(packet[0] >> 4 == 4 ? 20 : 40));
}
