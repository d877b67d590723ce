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

    [Fact]
    public void CountRun_SuperframeOrOpenChecksum_EndsTheRun()
    {
        using var batch = Fill([.. Enumerable.Range(0, 4).Select(i => Tcp("10.1.0.1", "10.1.0.2", i, Size))]);
        batch[2]!.Segments = Segmentation.ChecksumMissing;
        Assert.Equal(2, SegmentMerger.CountRun(batch, 0, true, true, out _));
        Assert.Equal(1, SegmentMerger.CountRun(batch, 2, true, true, out _));
    }

    [Fact]
    public void CountRun_ChecksumWrongOrAnotherFlow_StaysAlone()
    {
        var first = Tcp("10.1.0.1", "10.1.0.2", 0, Size);
        var second = Tcp("10.1.0.1", "10.1.0.2", 1, Size);
        Assert.Equal(2, Merge([first, second]).Count);
        Assert.Equal(1, Merge([first, Tcp("10.1.0.1", "10.1.0.3", 1, Size)]).Count);
        second[^1] ^= 1;
        Assert.Equal(1, Merge([first, second]).Count);
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
