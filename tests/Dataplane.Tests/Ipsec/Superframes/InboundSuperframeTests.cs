using IpsecDp.Ipsec;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;
using static Dataplane.Tests.Ipsec.Superframes.ReceivingTwins;

namespace Dataplane.Tests.Ipsec.Superframes;

/// <summary>A cipher superframe is opened as its packets would be one by one, and reaches the host in few pieces.</summary>
public sealed class InboundSuperframeTests
{
    [Theory]
    [InlineData(true, false, false)]
    [InlineData(true, true, false)]
    [InlineData(true, false, true)]
    [InlineData(true, true, true)]
    [InlineData(false, false, false)]
    [InlineData(false, true, true)]
    public void Receive_OneFlow_ReachesTheHostAsOneSuperframe(bool isTcp, bool isInnerV6, bool isOuterV6)
    {
        using var twins = new ReceivingTwins(isOuterV6);
        var sealedPackets = Enumerable.Range(0, 40).Select(i => twins.Seal(isTcp ? Tcp(i, isV6: isInnerV6) : Udp(i, isV6: isInnerV6), (ulong)i + 1, 1200)).ToArray();
        var (packets, frames) = twins.Receive(Frame.Of(sealedPackets));
        Assert.Equal(40, packets.Count);
        var expected = new Segmentation(isTcp ? SegmentKind.Tcp : SegmentKind.Udp, 1000, (ushort)((isInnerV6 ? 40 : 20) + (isTcp ? 20 : 8)), IsChecksumMissing: true);
        Assert.Equal(expected, Assert.Single(frames).Segments);
        sealedPackets[7][^1] ^= 1;
        // The same again: one is forged, all others were seen.
        Assert.Empty(twins.Receive(Frame.Of(sealedPackets)).Packets);
        Assert.Equal((39L, 0L), (twins.Dropped(DropReason.Replayed) - 1, twins.Dropped(DropReason.IntegrityFailed)));
    }

    /// <summary>A host's superframes of 64 KB, of which each begins further behind in a cipher superframe: the first after <paramref name="ahead"/> packets of another, and the rest goes on in the next one.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 15)]
    [InlineData(40, 8)]
    public void Receive_StreamAcrossCipherSuperframes_IsWhatTheHostSent(int ahead, int lost)
    {
        const int Unit = 46;
        const int InAFrame = 44;
        using var twins = new ReceivingTwins();
        using var host = new SteppedHost(1500, packets: 4096, superframes: 0);
        host.Plane.InstallInbound(TestSa.Tunnel, [twins.Model]);
        host.Plane.Publish(TestSa.ProtectAll());
        byte[][] stream = [.. Enumerable.Range(0, ahead + (4 * Unit)).Select(i => Tcp(i, 1386, IsLast(i) ? (byte)0x18 : (byte)0x10))];
        Frame[] frames = [.. stream.Select((packet, i) => twins.Seal(packet, (ulong)i + 1)).Chunk(InAFrame).Select(pieces => Frame.Of(pieces))];
        var (packets, got) = twins.Receive(frames);
        Assert.Equal(stream.Length, packets.Count);
        Assert.Equal(ahead == 0 ? 4 : 5, got.Count);

        // Where no buffer is left, what begins behind another ends where its place does, and the shorter of both is lost.
        byte[][] left = [.. host.ReceiveFrames(frames).SelectMany(static frame => frame.Split())];
        Assert.Equal(packets.Where(packet => left.Any(packet.SequenceEqual)), left);
        Assert.Equal((stream.Length - lost, lost, 0), (left.Length, host.Dropped(DropReason.NoBuffer), host.Outstanding));

        bool IsLast(int index) => (index - ahead + 1) % Unit == 0;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Receive_RandomMixOfFlows_IsWhatThePacketsAreOneByOne(int seed)
    {
        var random = new Random(seed);
        using var twins = new ReceivingTwins(seed % 2 == 0, model => model with { ReplayWindow = 128 });
        var traffic = new InnerTraffic(random);
        var number = 0UL;
        var old = new List<byte[]>();
        for (var round = 0; round < 60; round++)
        {
            var pieces = new List<byte[]>();
            for (var count = random.Next(1, 46); count > 0; count--)
            {
                number += random.Next(30) == 0 ? (ulong)random.Next(2, 200) : 1;
                var piece = twins.Seal(traffic.Next(), number);
                pieces.Add(piece);
                old.Add(piece);
                if (random.Next(25) == 0)
                {
                    pieces.Add(old[random.Next(old.Count)]);
                }

                if (random.Next(40) == 0)
                {
                    pieces[^1] = [.. pieces[^1]];
                    pieces[^1][random.Next(28, pieces[^1].Length)] ^= (byte)(1 << random.Next(8));
                }
            }

            Shuffle(random, pieces);
            byte[][] cut = [.. pieces.Take(45).Where(piece => piece.Length == pieces[0].Length)];
            twins.Receive(Frame.Of(cut), new Frame(twins.Seal(traffic.Next(), ++number)), Frame.Of([twins.Seal(traffic.Next(), ++number), twins.Seal(traffic.Next(), ++number, 600)]));
        }

        Assert.True(twins.Dropped(DropReason.Replayed) > 0 && twins.Dropped(DropReason.IntegrityFailed) > 0);
    }

    [Fact]
    public void Receive_EveryBitOfASuperframe_LosesThatPacketOnly()
    {
        using var twins = new ReceivingTwins();
        var number = 1UL;
        byte[][] Three() => [.. Enumerable.Range(0, 3).Select(i => twins.Seal(Tcp(i, 20), number++, 60))];
        var length = Three()[0].Length - 28;
        for (var bit = 0; bit < 3 * length * 8; bit++)
        {
            var pieces = Three();
            var frame = Frame.Of(pieces);
            frame.Octets[28 + (bit / 8)] ^= (byte)(1 << (bit % 8));
            var damaged = bit / 8 / length;
            var got = twins.Whole.ReceiveFrames(frame).SelectMany(one => one.Split()).ToArray();
            Assert.Equal(pieces.Where((_, i) => i != damaged).SelectMany(piece => twins.Singly.Receive(piece)), got);
        }

        Assert.Equal(0, twins.Whole.Outstanding);
        Assert.Equal(3L * length * 8, twins.Whole.DroppedInAll);
    }

    [Fact]
    public void Receive_EveryBitOfTheOuterHeader_ThrowsNothingAndLeaksNothing()
    {
        using var twins = new ReceivingTwins();
        var number = 1UL;
        for (var bit = 0; bit < 28 * 8; bit++)
        {
            var frame = Frame.Of([.. Enumerable.Range(0, 3).Select(i => twins.Seal(Tcp(i, 20), number++, 60))]);
            frame.Octets[bit / 8] ^= (byte)(1 << (bit % 8));
            twins.Whole.ReceiveFrames(frame);
        }

        twins.Whole.Clock.Advance(TimeSpan.FromMinutes(2));
        twins.Whole.Tick();
        Assert.Equal((0, 0L), (twins.Whole.Outstanding, twins.Whole.Faulted));
        Assert.NotEmpty(twins.Whole.ReceiveFrames(Frame.Of([twins.Seal(Tcp(0), number), twins.Seal(Tcp(1), number + 1)])));
    }

    [Theory]
    [InlineData("spi")]
    [InlineData("ike")]
    [InlineData("zero")]
    [InlineData("one")]
    [InlineData("dummy")]
    [InlineData("padding")]
    [InlineData("inner")]
    [InlineData("hop")]
    public void Receive_StrangePieceInTheMiddle_IsJudgedAsASinglePacket(string kind)
    {
        using var twins = new ReceivingTwins();
        var pieces = Enumerable.Range(0, 9).Select(i => twins.Seal(Tcp(i), (ulong)i + 1)).ToArray();
        Assert.Single(twins.Receive(Frame.Of(pieces[..3])).Frames);
        var strange = pieces[5][28..];
        switch (kind)
        {
            case "spi": strange[2] ^= 0x40; break;
            case "ike": strange.AsSpan(0, 4).Clear(); break;
            case "zero": strange.AsSpan().Clear(); break;
            case "one": strange.AsSpan().Fill(0xFF); break;
            case "dummy": strange = Made([.. new byte[1400]], IpProtocol.NoNextHeader); break;
            case "padding": strange = HandMadeEsp.Seal(twins.Model, [.. Tcp(5), .. new byte[358], 9, 9, 9, 9, 4, IpProtocol.Ipv4], 6); break;
            case "inner": strange = Made([0x45, .. new byte[1399]], IpProtocol.Ipv4); break;
            default: strange = Made([.. Tcp(5, hopLimit: 1), .. new byte[360]], IpProtocol.Ipv4); break;
        }

        pieces[5] = [.. pieces[5][..28], .. strange];
        var (packets, _) = twins.Receive(Frame.Of(pieces[3..]));
        Assert.Equal(5, packets.Count);
        Assert.Equal(1, twins.Whole.DroppedInAll);

        byte[] Made(byte[] payload, byte next) => HandMadeEsp.Seal(twins.Model, HandMadeEsp.WithTrailer(payload, next), 6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(20)]
    public void Receive_ShortLastPiece_IsJudgedAsASinglePacket(int length)
    {
        using var twins = new ReceivingTwins();
        var pieces = Enumerable.Range(0, 4).Select(i => twins.Seal(Tcp(i), (ulong)i + 1)).ToArray();
        pieces[3] = [.. pieces[3][..28], .. Enumerable.Repeat((byte)0xFF, length)];
        Assert.Equal(3, twins.Receive(Frame.Of(pieces)).Packets.Count);
        Assert.Equal(1, twins.Whole.DroppedInAll);
    }

    [Theory]
    [InlineData(0, 28)]
    [InlineData(1436, 20)]
    [InlineData(1436, 27)]
    [InlineData(1436, 29)]
    [InlineData(1436, 48)]
    [InlineData(1436, 0)]
    [InlineData(1436, 65535)]
    [InlineData(1435, 28)]
    [InlineData(1, 28)]
    [InlineData(7, 28)]
    [InlineData(65535, 28)]
    public void Receive_SegmentsThatLie_AreRefusedAndCounted(int size, int headerLength)
    {
        using var twins = new ReceivingTwins();
        var whole = Frame.Of([.. Enumerable.Range(0, 3).Select(i => twins.Seal(Tcp(i), (ulong)i + 1))]);
        Assert.Equal(1436, whole.Segments.Size);
        var lying = whole with { Segments = new Segmentation(SegmentKind.Udp, (ushort)size, (ushort)headerLength, IsChecksumMissing: false) };
        Assert.Empty(twins.Whole.ReceiveFrames(lying));
        Assert.True(twins.Whole.DroppedInAll > 0);
        Assert.Equal((0, 0L), (twins.Whole.Outstanding, twins.Whole.Faulted));
        // One packet that calls itself a superframe is no more than a packet to the host.
        var alone = new Frame(twins.Seal(Tcp(0), 9), lying.Segments);
        Assert.All(twins.Whole.ReceiveFrames(alone), frame => Assert.Equal(Segmentation.None, frame.Segments));
        Assert.Equal(0, twins.Whole.Outstanding);
    }

    [Fact]
    public void Receive_MoreThan128Pieces_AreOpenedOneByOne()
    {
        using var twins = new ReceivingTwins();
        var (packets, _) = twins.Receive(Frame.Of([.. Enumerable.Range(0, 200).Select(i => twins.Seal(Tcp(i, 20), (ulong)i + 1, 60))]));
        Assert.Equal(200, packets.Count);
    }

    [Fact]
    public void Receive_OctetsBehindTheStatedLength_BelongToNobody()
    {
        using var twins = new ReceivingTwins();
        var frame = Frame.Of([.. Enumerable.Range(0, 3).Select(i => twins.Seal(Tcp(i), (ulong)i + 1))]);
        var foreign = twins.Seal(Tcp(3), 4);
        // A foreign SPI inside has the superframe taken apart.
        foreach (var spoils in new[] { false, true })
        {
            var octets = (byte[])frame.Octets.Clone();
            octets[28 + 1436 + 2] ^= (byte)(spoils ? 0x40 : 0);
            var got = twins.Whole.ReceiveFrames(frame with { Octets = [.. octets, .. foreign[28..]] });
            Assert.Equal(spoils ? 0 : 3, got.Sum(one => one.Split().Count));
        }

        Assert.Equal(4UL - 1, twins.Whole.Plane.Snapshot().Associations[0].HighestSequence);
        Assert.Equal((2L, 1L), (twins.Dropped(DropReason.Replayed), twins.Dropped(DropReason.UnknownSpi)));
    }

    [Fact]
    public void Receive_UnknownEndpointOrPort_IsRefusedAsSinglePackets()
    {
        using var twins = new ReceivingTwins();
        var frame = Frame.Of([.. Enumerable.Range(0, 3).Select(i => twins.Seal(Tcp(i), (ulong)i + 1))]);
        var stranger = Frame.Of([.. frame.Split().Select(packet => PacketBuilder.Udp("192.0.2.77", Own, 4500, 4500).Payload(packet.AsSpan(28)).Build())]);
        Assert.Empty(twins.Receive(stranger).Packets);
        Assert.Equal(3, twins.Dropped(DropReason.WrongEndpoint));
        // Another port of the peer's is a NAT's doing (RFC 3948 §3.1).
        var rebound = Frame.Of([.. frame.Split().Select(packet => PacketBuilder.Udp(Peer, Own, 61000, 4500).Payload(packet.AsSpan(28)).Build())]);
        Assert.Equal(3, twins.Receive(rebound).Packets.Count);
    }

    [Theory]
    [InlineData(0x00, 0x03, 0)]
    [InlineData(0x01, 0x03, 5)]
    [InlineData(0x02, 0x03, 5)]
    [InlineData(0x02, 0x01, 5)]
    [InlineData(0x02, 0x00, 5)]
    public void Receive_OuterCongestion_IsCarriedIntoEveryPacket(byte inner, byte outer, int arriving)
    {
        using var twins = new ReceivingTwins();
        byte[][] pieces = [.. Enumerable.Range(0, 5).Select(i => twins.Seal(Tcp(i, tos: inner), (ulong)i + 1)).Select(packet => PacketBuilder.Udp(Peer, Own, 4500, 4500).Tos(outer).Payload(packet.AsSpan(28)).Build())];
        Assert.Equal(arriving, twins.Receive(Frame.Of(pieces)).Packets.Count);
    }

    [Fact]
    public void Receive_SinglesAroundASuperframe_StayInOrder()
    {
        using var twins = new ReceivingTwins();
        Frame One(int i) => new(twins.Seal(Tcp(i), (ulong)i + 1));
        var (packets, _) = twins.Receive(One(0), One(1), Frame.Of([twins.Seal(Tcp(2), 3), twins.Seal(Tcp(3), 4)]), One(4), Frame.Of([twins.Seal(Tcp(5), 6), twins.Seal(Tcp(6), 7)]));
        Assert.Equal(7, packets.Count);
        Assert.Equal(Enumerable.Range(0, 7).Select(i => (byte)(0xF0 + i)), packets.Select(packet => packet[5]));
    }

    [Fact]
    public void Receive_Superframe_ChargesItsOctetsToThePool()
    {
        using var twins = new ReceivingTwins();
        var frame = Frame.Of([.. Enumerable.Range(0, 4).Select(i => twins.Seal(Tcp(i), (ulong)i + 1))]);
        twins.Receive(frame);
        var pool = twins.Whole.Plane.Snapshot().Pool;
        Assert.Equal((1L, 4L, (long)frame.Octets.Length), (Sum(count => count.Jobs), Sum(count => count.Packets), Sum(count => count.Bytes)));

        // Wherever the job ran.
        long Sum(Func<IpsecDp.Engines.WorkCount, long> part) => part(pool.Projected) + part(pool.OnEngines) + part(pool.Spilled);
    }

    private static void Shuffle(Random random, List<byte[]> pieces)
    {
        for (var swaps = random.Next(3); swaps > 0; swaps--)
        {
            var (i, j) = (random.Next(pieces.Count), random.Next(pieces.Count));
            (pieces[i], pieces[j]) = (pieces[j], pieces[i]);
        }
    }
}
