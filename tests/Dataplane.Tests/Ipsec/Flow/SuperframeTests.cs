using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Ipsec.Flow;

/// <summary>Superframes and missing checksums leave the line as the packets they stand for.</summary>
public sealed class SuperframeTests
{
    public static TheoryData<bool, bool, SaMode, int, int> Cases()
    {
        var data = new TheoryData<bool, bool, SaMode, int, int>();
        foreach (var isTcp in new[] { true, false })
        {
            foreach (var isV6 in new[] { false, true })
            {
                foreach (var mode in Enum.GetValues<SaMode>())
                {
                    data.Add(isTcp, isV6, mode, 1300, 60_000);
                    data.Add(isTcp, isV6, mode, 1000, 1001);
                    // More segments than one job takes.
                    data.Add(isTcp, isV6, mode, 100, 60_000);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Superframe_OfEveryKind_ArrivesAsIndependentlySplitPackets(bool isTcp, bool isV6, SaMode mode, int size, int payload)
    {
        using var pair = new SteppedPair(mode, isV6: isV6);
        var octets = Enumerable.Range(0, payload).Select(i => (byte)(i * 7)).ToArray();
        var header = (isV6 ? 40 : 20) + (isTcp ? 20 : 8);
        var superframe = Segment(pair, isTcp, octets, 0, true, true);
        var segments = new Segmentation(isTcp ? SegmentKind.Tcp : SegmentKind.Udp, (ushort)size, (ushort)header, IsChecksumMissing: true);
        var expected = new List<byte[]>();
        for (var at = 0; at < payload; at += size)
        {
            expected.Add(Segment(pair, isTcp, octets[at..Math.Min(payload, at + size)], at, at == 0, at + size >= payload, (ushort)(0x1234 + at / size)));
        }

        var sent = pair.A.SendSuperframe(superframe, segments);
        Assert.Equal(expected.Count, sent.Count);
        Assert.Equal(expected, pair.B.Receive(sent));
        Assert.Equal(0, pair.A.DroppedInAll);

        var spoiled = pair.A.SendSuperframe(superframe, segments);
        spoiled[^1][^1] ^= 1;
        Assert.Equal(expected.SkipLast(1), pair.B.Receive(spoiled));
        Assert.Equal(0, pair.A.Outstanding + pair.B.Outstanding);
    }

    [Theory]
    [InlineData(SaMode.Transport, true)]
    [InlineData(SaMode.Tunnel, false)]
    public void Checksum_Missing_IsCompletedBeforeSealing(SaMode mode, bool isTcp)
    {
        using var pair = new SteppedPair(mode);
        var whole = Segment(pair, isTcp, new byte[333], 0, true, true);
        var partial = (byte[])whole.Clone();
        partial[20 + (isTcp ? TcpView.ChecksumAt : UdpView.ChecksumAt)] ^= 0x55;
        Assert.Equal([whole], pair.B.Receive(pair.A.SendSuperframe(partial, Segmentation.ChecksumMissing)));
        // Not asked for, the sender's checksum stays as wrong as it was.
        Assert.Equal([partial], pair.B.Receive(pair.A.SendSuperframe(partial, Segmentation.None)));
    }

    [Fact]
    public void Superframe_WhoseSegmentsDoNotFit_IsRefusedAndTheSenderTold()
    {
        using var pair = new SteppedPair(SaMode.Tunnel);
        var superframe = PacketBuilder.Tcp(pair.AddressA, pair.AddressB, 1, 2).DontFragment().Payload(9000).Build();
        Assert.Empty(pair.A.SendSuperframe(superframe, new Segmentation(SegmentKind.Tcp, 1460, 40, true)));
        Assert.Equal(7, pair.A.Dropped(DropReason.TooBig));
        Assert.Single(pair.A.Clear.Take());
        Assert.Equal(0, pair.A.Outstanding);
    }

    [Theory]
    [InlineData(SaMode.Tunnel, false)]
    [InlineData(SaMode.Tunnel, true)]
    [InlineData(SaMode.Transport, false)]
    public void Superframe_WhoseSegmentsDoNotFitButMayBeFragmented_IsCarriedInPieces(SaMode mode, bool isInUdp)
    {
        using var pair = new SteppedPair(mode, change: model => model with { Encapsulation = isInUdp ? new UdpEncapsulation() : null });
        var superframe = PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Payload(9000).Build();
        var segments = new Segmentation(SegmentKind.Udp, 1472, 28, true);
        var sent = pair.A.SendSuperframe(superframe, segments);
        Assert.All(sent, packet => Assert.InRange(packet.Length, 1, 1500));
        Assert.Equal(0, pair.A.DroppedInAll);
        // What a tunnel carries in pieces the host joins; what was cut after sealing, B's line did.
        var datagrams = pair.B.Receive(sent).GroupBy(packet => (packet[4] << 8) | packet[5]).OrderBy(pieces => pieces.Key).Select(NaiveReassembler.Payload);
        Assert.Equal(new Frame(superframe, segments).Split().Select(packet => packet[20..]), datagrams);
        Assert.Equal(0, pair.A.Outstanding + pair.B.Outstanding);
    }

    [Fact]
    public void Superframe_BeforeTheSaIsSpent_StopsItAndTellsControl()
    {
        using var pair = new SteppedPair(change: model => model with { InitialSequence = uint.MaxValue - 3 });
        var superframe = Segment(pair, true, new byte[5000], 0, true, true);
        Assert.Empty(pair.A.SendSuperframe(superframe, new Segmentation(SegmentKind.Tcp, 1000, 40, true)));
        Assert.Equal(5, pair.A.Dropped(DropReason.SequenceExhausted));
        Assert.Equal([$"hard {TestSa.Tunnel} {SteppedPair.SpiToB}"], pair.A.Events.Told);
        Assert.Equal(0, pair.A.Outstanding);
    }

    private static byte[] Segment(SteppedPair pair, bool isTcp, byte[] octets, int offset, bool isFirst, bool isLast, ushort identification = 0x1234)
    {
        var flags = (byte)(TcpView.Ack | (isFirst ? TcpView.Cwr : 0) | (isLast ? TcpView.Psh | TcpView.Fin : 0));
        var builder = isTcp
            ? PacketBuilder.Tcp(pair.AddressA, pair.AddressB, 1000, 2000, (uint)(1 + offset), flags: flags)
            : PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1000, 2000);
        return builder.Identification(identification).Payload(octets).Build();
    }
}
