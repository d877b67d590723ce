using IpsecDp.Adapters.Linux;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Packets;
using IpsecDp.TestKit.Ports;
using IpsecDp.Wire.Segments;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Adapters.Linux;

public sealed class SegmentMergerTests
{
    private const int Size = 1000;
    private readonly RigBuffers _buffers = new();

    public static TheoryData<string, string> Versions => new() { { "10.1.0.1", "10.1.0.2" }, { "fd00::1", "fd00::2" } };

    [Theory]
    [MemberData(nameof(Versions))]
    public void CountRun_TcpStream_SplitsBackIntoTheSamePackets(string source, string destination)
    {
        byte[][] packets = [.. Enumerable.Range(0, 40).Select(i => Tcp(source, destination, i, Size)), Tcp(source, destination, 40, 333, TcpView.Ack | TcpView.Psh)];
        var (count, superframe, segments) = Merge(packets);
        Assert.Equal(41, count);
        Assert.Equal(new Segmentation(SegmentKind.Tcp, Size, (ushort)(packets[0].Length - Size), true), segments);
        Assert.Equal(packets, Split(superframe, segments));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void CountRun_UdpDatagrams_SplitBackIntoTheSamePackets(string source, string destination)
    {
        byte[][] packets = [.. Enumerable.Range(0, 30).Select(i => Udp(source, destination, i, Size)), Udp(source, destination, 30, 5)];
        var (count, superframe, segments) = Merge(packets);
        Assert.Equal((31, SegmentKind.Udp), (count, segments.Kind));
        Assert.Equal(packets, Split(superframe, segments));
    }

    [Fact]
    public void CountRun_SeededMixOfFlows_EveryRunSplitsBack()
    {
        var random = new Random(4711);
        for (var round = 0; round < 200; round++)
        {
            var packets = Mix(random, 64);
            using var batch = Fill(packets);
            for (var at = 0; at < batch.Count;)
            {
                var count = SegmentMerger.CountRun(batch, at, true, true, out var segments);
                byte[][] run = [.. packets.Skip(at).Take(count)];
                Assert.Equal(run, count == 1 ? run : Split(Join(batch, at, count, segments), segments));
                at += count;
            }
        }

        Assert.Equal(0, _buffers.Outstanding);
    }

    [Theory]
    [InlineData("source port")]
    [InlineData("destination port")]
    [InlineData("source")]
    [InlineData("destination")]
    [InlineData("tos")]
    [InlineData("hop limit")]
    [InlineData("identification")]
    [InlineData("df")]
    [InlineData("gap")]
    [InlineData("overlap")]
    [InlineData("acknowledgment")]
    [InlineData("syn")]
    [InlineData("rst")]
    [InlineData("urg")]
    [InlineData("cwr")]
    [InlineData("ece")]
    [InlineData("options")]
    [InlineData("larger")]
    [InlineData("empty")]
    [InlineData("checksum")]
    [InlineData("protocol")]
    public void CountRun_SecondPacketDiffers_StaysAlone(string difference)
    {
        var first = Tcp("10.1.0.1", "10.1.0.2", 0, Size);
        Assert.Equal(2, Merge([first, Tcp("10.1.0.1", "10.1.0.2", 1, Size)]).Count);
        Assert.Equal(1, Merge([first, Differing(difference)]).Count);
    }

    [Theory]
    [InlineData(TcpView.Ack | TcpView.Psh)]
    [InlineData(TcpView.Ack | TcpView.Fin)]
    public void CountRun_PushOrFinInTheMiddle_EndsTheRun(byte flags)
    {
        var (count, superframe, segments) = Merge([Tcp("10.1.0.1", "10.1.0.2", 0, Size), Tcp("10.1.0.1", "10.1.0.2", 1, Size, flags), Tcp("10.1.0.1", "10.1.0.2", 2, Size)]);
        Assert.Equal(2, count);
        Assert.Equal(flags, Split(superframe, segments)[1][33]);
    }

    [Fact]
    public void CountRun_ShortSegment_EndsTheRun() =>
        Assert.Equal(2, Merge([Tcp("10.1.0.1", "10.1.0.2", 0, Size), Tcp("10.1.0.1", "10.1.0.2", 1, 999), Tcp("10.1.0.1", "10.1.0.2", 2, Size)]).Count);

    [Fact]
    public void CountRun_MoreThan64Kilobytes_StopsBefore()
    {
        var (count, superframe, _) = Merge([.. Enumerable.Range(0, 64).Select(i => PacketBuilder.Tcp("10.1.0.1", "10.1.0.2", 1, 2, (uint)(i * 1400)).Identification((ushort)i).Payload(1400).Build())]);
        Assert.Equal((65535 - 40) / 1400, count);
        Assert.InRange(superframe.Length, 64000, 65535);
    }

    [Fact]
    public void CountRun_DontFragment_IgnoresTheIdentification()
    {
        var packets = Enumerable.Range(0, 3).Select(i => PacketBuilder.Tcp("10.1.0.1", "10.1.0.2", 1, 2, (uint)(1 + (i * 10))).Identification(0).DontFragment().Payload(10).Build());
        Assert.Equal(3, Merge([.. packets]).Count);
    }

    [Fact]
    public void CountRun_UdpWithoutChecksum_StaysAlone()
    {
        var packet = Udp("10.1.0.1", "10.1.0.2", 0, Size);
        (packet[26], packet[27]) = (0, 0);
        Assert.Equal(1, Merge([packet, packet]).Count);
    }

    [Fact]
    public void CountRun_Fragment_StaysAlone()
    {
        var fragment = PacketBuilder.Udp("10.1.0.1", "10.1.0.2", 1, 2).Payload(Size).Fragment(0, more: true).Build();
        Assert.Equal(1, Merge([fragment, fragment]).Count);
    }

    [Fact]
    public void CountRun_KindSwitchedOff_StaysAlone()
    {
        using var batch = Fill([Tcp("10.1.0.1", "10.1.0.2", 0, Size), Tcp("10.1.0.1", "10.1.0.2", 1, Size)]);
        Assert.Equal(1, SegmentMerger.CountRun(batch, 0, joinsTcp: false, joinsUdp: true, out _));
        Assert.Equal(2, SegmentMerger.CountRun(batch, 0, joinsTcp: true, joinsUdp: false, out _));
    }

    [Fact]
    public void CountRun_TakenSlot_EndsTheRun()
    {
        using var batch = Fill([.. Enumerable.Range(0, 4).Select(i => Tcp("10.1.0.1", "10.1.0.2", i, Size))]);
        batch.Take(2)!.Return();
        Assert.Equal(2, SegmentMerger.CountRun(batch, 0, true, true, out _));
    }

    private static byte[] Tcp(string source, string destination, int index, int length, byte flags = TcpView.Ack) =>
        PacketBuilder.Tcp(source, destination, 5000, 6000, 0xFFFFF000 + (uint)(index * Size), 77, flags).Identification((ushort)(0xFFF0 + index)).Payload(length).Build();

    private static byte[] Udp(string source, string destination, int index, int length) =>
        PacketBuilder.Udp(source, destination, 5000, 6000).Identification((ushort)(100 + index)).Payload(length).Build();

    private static byte[] Differing(string difference)
    {
        var next = 0xFFFFF000 + Size;
        PacketBuilder Plain(uint sequence = 0xFFFFF000 + Size, uint acknowledgment = 77, byte flags = TcpView.Ack) =>
            PacketBuilder.Tcp("10.1.0.1", "10.1.0.2", 5000, 6000, sequence, acknowledgment, flags).Identification(0xFFF1).Payload(Size);
        var packet = difference switch
        {
            "source port" => PacketBuilder.Tcp("10.1.0.1", "10.1.0.2", 5001, 6000, next, 77).Identification(0xFFF1).Payload(Size),
            "destination port" => PacketBuilder.Tcp("10.1.0.1", "10.1.0.2", 5000, 6001, next, 77).Identification(0xFFF1).Payload(Size),
            "source" => PacketBuilder.Tcp("10.1.0.3", "10.1.0.2", 5000, 6000, next, 77).Identification(0xFFF1).Payload(Size),
            "destination" => PacketBuilder.Tcp("10.1.0.1", "10.1.0.3", 5000, 6000, next, 77).Identification(0xFFF1).Payload(Size),
            "tos" => Plain().Tos(4),
            "hop limit" => Plain().HopLimit(63),
            "identification" => Plain().Identification(0xFFF2),
            "df" => Plain().DontFragment(),
            "gap" => Plain(next + 1),
            "overlap" => Plain(next - 1),
            "acknowledgment" => Plain(acknowledgment: 78),
            "syn" => Plain(flags: TcpView.Ack | TcpView.Syn),
            "rst" => Plain(flags: TcpView.Ack | TcpView.Rst),
            "urg" => Plain(flags: TcpView.Ack | TcpView.Urg),
            "cwr" => Plain(flags: TcpView.Ack | TcpView.Cwr),
            "ece" => Plain(flags: TcpView.Ack | TcpView.Ece),
            "options" => Plain().TcpOptions(1, 1, 1, 1),
            "larger" => Plain().Payload(Size + 1),
            "empty" => Plain().Payload(0),
            "checksum" => Plain().WrongChecksum(),
            _ => PacketBuilder.Udp("10.1.0.1", "10.1.0.2", 5000, 6000).Identification(0xFFF1).Payload(Size),
        };
        return packet.Build();
    }

    private static byte[][] Mix(Random random, int count)
    {
        var packets = new List<byte[]>();
        var index = 0;
        while (packets.Count < count)
        {
            var isTcp = random.Next(2) == 0;
            var (source, destination) = random.Next(2) == 0 ? ("10.1.0.1", "10.1.0.2") : ("fd00::1", "fd00::2");
            for (var run = random.Next(1, 12); run > 0 && packets.Count < count; run--, index++)
            {
                var length = random.Next(6) == 0 ? random.Next(1, Size) : Size;
                var flags = (byte)(TcpView.Ack | (random.Next(8) == 0 ? TcpView.Psh : 0) | (random.Next(20) == 0 ? TcpView.Ece : 0));
                packets.Add(isTcp ? Tcp(source, destination, index, length, flags) : Udp(source, destination, index, length));
            }

            index += random.Next(2);
        }

        return [.. packets];
    }

    private (int Count, byte[] Superframe, Segmentation Segments) Merge(byte[][] packets)
    {
        using var batch = Fill(packets);
        var count = SegmentMerger.CountRun(batch, 0, true, true, out var segments);
        return (count, count == 1 ? packets[0] : Join(batch, 0, count, segments), segments);
    }

    private PacketBatch Fill(byte[][] packets)
    {
        var batch = new PacketBatch(packets.Length);
        foreach (var packet in packets)
        {
            batch.Add(_buffers.Fill(packet));
        }

        return batch;
    }

    private static byte[] Join(PacketBatch batch, int start, int count, Segmentation segments)
    {
        int headerLength = segments.HeaderLength;
        byte[] superframe = [.. new byte[headerLength], .. Enumerable.Range(start, count).SelectMany(i => batch[i]!.Packet[headerLength..].ToArray())];
        SegmentMerger.WriteHeader(batch[start]!.Packet, batch[start + count - 1]!.Packet, segments, superframe.Length, superframe.AsSpan(0, headerLength));
        return superframe;
    }

    private static byte[][] Split(byte[] superframe, Segmentation segments)
    {
        var packets = new List<byte[]>();
        for (var index = 0; index < segments.CountIn(superframe.Length); index++)
        {
            var packet = new byte[2048];
            packets.Add(packet[..SegmentSplitter.Write(superframe, segments.HeaderLength, segments.Size, index, packet)]);
        }

        return [.. packets];
    }
}
