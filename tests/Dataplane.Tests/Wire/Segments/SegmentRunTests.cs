using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Segments;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Wire.Segments;

/// <summary>A run joins what the kernel's GRO would, and splitting it gives the packets back.</summary>
public sealed class SegmentRunTests
{
    private const int Size = 1000;

    public static TheoryData<string, string, bool> Flows => new()
    {
        { "10.1.0.1", "10.1.0.2", true }, { "fd00::1", "fd00::2", true }, { "10.1.0.1", "10.1.0.2", false }, { "fd00::1", "fd00::2", false },
    };

    [Theory]
    [MemberData(nameof(Flows))]
    public void TryJoin_Stream_SplitsBackIntoTheSamePackets(string source, string destination, bool isTcp)
    {
        byte[] Packet(int i, int length, byte flags = TcpView.Ack) => isTcp ? Tcp(source, destination, i, length, flags) : Udp(source, destination, i, length);
        byte[][] packets = [.. Enumerable.Range(0, 40).Select(i => Packet(i, Size)), Packet(40, 333, TcpView.Ack | TcpView.Psh | TcpView.Fin)];
        var first = (byte[])packets[0].Clone();
        Assert.True(SegmentRun.TryBegin(first, out var run));
        foreach (var packet in packets.Skip(1))
        {
            Assert.True(run.TryJoin(packet, 64));
        }

        Assert.Equal(packets[0], first);
        Assert.False(run.TryJoin(Packet(41, 333), 64));
        Assert.Equal((41, Size, isTcp, packets[0].Length + (39 * Size) + 333), (run.Count, run.Size, run.IsTcp, run.Length));
        run.WriteFlags();
        Assert.Equal(packets, Split(first, packets, run.HeaderLength));
    }

    [Fact]
    public void TryJoin_SeededMixOfFlows_EveryRunSplitsBack()
    {
        var random = new Random(4711);
        for (var round = 0; round < 100; round++)
        {
            var packets = Mix(random, 64);
            for (var at = 0; at < packets.Length;)
            {
                var first = (byte[])packets[at].Clone();
                Assert.True(SegmentRun.TryBegin(first, out var run));
                var end = at + 1;
                while (end < packets.Length && run.TryJoin(packets[end], 64))
                {
                    end++;
                }

                Assert.Equal(packets[at], first);
                run.WriteFlags();
                Assert.Equal(packets[at..end], Split(first, packets[at..end], run.HeaderLength));
                at = end;
            }
        }
    }

    [Theory]
    [InlineData("source port")]
    [InlineData("source")]
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
    [InlineData("fragment")]
    [InlineData("protocol")]
    public void TryJoin_SecondPacketDiffers_StaysAlone(string difference)
    {
        var first = Tcp("10.1.0.1", "10.1.0.2", 0, Size);
        Assert.True(SegmentRun.TryBegin(first, out var run));
        Assert.False(run.TryJoin(Differing(difference), 64));
        Assert.Equal((1, first.Length), (run.Count, run.Length));
        Assert.True(run.TryJoin(Tcp("10.1.0.1", "10.1.0.2", 1, Size), 64));
    }

    [Theory]
    [MemberData(nameof(Flows))]
    public void TryJoin_AnyBitOfTheSecondChanged_StaysAlone(string source, string destination, bool isTcp)
    {
        var first = isTcp ? Tcp(source, destination, 0, 40) : Udp(source, destination, 0, 40);
        var second = isTcp ? Tcp(source, destination, 1, 40, step: 40) : Udp(source, destination, 1, 40);
        Assert.True(SegmentRun.TryBegin(first, out var whole) && whole.TryJoin(second, 64));
        foreach (var changed in Damage.BitChanges(second))
        {
            Assert.True(SegmentRun.TryBegin(first, out var run));
            Assert.False(run.TryJoin(changed, 64));
        }
    }

    [Fact]
    public void TryJoin_AnyTruncationOfTheSecond_StaysAlone()
    {
        var first = Tcp("10.1.0.1", "10.1.0.2", 0, Size);
        foreach (var cut in Damage.Truncations(Tcp("10.1.0.1", "10.1.0.2", 1, Size)))
        {
            Assert.True(SegmentRun.TryBegin(first, out var run));
            Assert.False(run.TryJoin(cut, 64));
        }
    }

    [Fact]
    public void TryBegin_PacketThatStaysAlone_IsRefused()
    {
        Assert.True(SegmentRun.TryBegin(Udp("10.1.0.1", "10.1.0.2", 0, Size), out _));
        var withoutChecksum = Udp("10.1.0.1", "10.1.0.2", 0, Size);
        (withoutChecksum[26], withoutChecksum[27]) = (0, 0);
        byte[][] alone =
        [
            withoutChecksum,
            [.. Udp("10.1.0.1", "10.1.0.2", 0, Size), 0],
            Udp("10.1.0.1", "10.1.0.2", 0, 0),
            Tcp("10.1.0.1", "10.1.0.2", 0, 0),
            Tcp("10.1.0.1", "10.1.0.2", 0, Size, TcpView.Ack | TcpView.Syn),
            Tcp("10.1.0.1", "10.1.0.2", 0, Size, 0),
            PacketBuilder.Udp("10.1.0.1", "10.1.0.2", 1, 2).Payload(Size).Fragment(0, more: true).Build(),
            PacketBuilder.Udp("10.1.0.1", "10.1.0.2", 1, 2).Options(1, 1, 1, 1).Payload(Size).Build(),
            PacketBuilder.Udp("fd00::1", "fd00::2", 1, 2).Extension(IpProtocol.HopByHop, 5, 2).Payload(Size).Build(),
            PacketBuilder.Icmp("10.1.0.1", "10.1.0.2", 8, 0).Payload(Size).Build(),
        ];
        Assert.All(alone, packet => Assert.False(SegmentRun.TryBegin(packet, out _)));
    }

    [Theory]
    [MemberData(nameof(Flows))]
    public void TryJoin_FirstHasAWrongChecksum_StaysAlone(string source, string destination, bool isTcp)
    {
        byte[] Packet(int i) => isTcp ? Tcp(source, destination, i, Size) : Udp(source, destination, i, Size);
        var first = Packet(0);
        first[^1] ^= 1;
        Assert.True(SegmentRun.TryBegin(first, out var run));
        Assert.False(run.TryJoin(Packet(1), 64));
        Assert.Equal(1, run.Count);
    }

    [Fact]
    public void TryJoin_DontFragment_IgnoresTheIdentification()
    {
        byte[] Packet(int i) => PacketBuilder.Tcp("10.1.0.1", "10.1.0.2", 1, 2, (uint)(1 + (i * 10))).Identification(0).DontFragment().Payload(10).Build();
        Assert.True(SegmentRun.TryBegin(Packet(0), out var run));
        Assert.True(run.TryJoin(Packet(1), 64) && run.TryJoin(Packet(2), 64));
    }

    [Theory]
    [InlineData(TcpView.Ack | TcpView.Psh)]
    [InlineData(TcpView.Ack | TcpView.Fin)]
    public void TryJoin_PushOrFin_EndsTheRun(byte flags)
    {
        var first = Tcp("10.1.0.1", "10.1.0.2", 0, Size);
        Assert.True(SegmentRun.TryBegin(first, out var run));
        Assert.True(run.TryJoin(Tcp("10.1.0.1", "10.1.0.2", 1, Size, flags), 64));
        Assert.False(run.TryJoin(Tcp("10.1.0.1", "10.1.0.2", 2, Size), 64));
        run.WriteFlags();
        Assert.Equal(flags, first[33]);
        Assert.True(SegmentRun.TryBegin(Tcp("10.1.0.1", "10.1.0.2", 0, Size, flags), out var closed));
        Assert.False(closed.TryJoin(Tcp("10.1.0.1", "10.1.0.2", 1, Size), 64));
    }

    [Fact]
    public void TryJoin_ShortSegmentOrTooManyOrTooLong_EndsTheRun()
    {
        Assert.True(SegmentRun.TryBegin(Tcp("10.1.0.1", "10.1.0.2", 0, Size), out var run));
        Assert.True(run.TryJoin(Tcp("10.1.0.1", "10.1.0.2", 1, 999), 64));
        Assert.False(run.TryJoin(PacketBuilder.Tcp("10.1.0.1", "10.1.0.2", 5000, 6000, unchecked(0xFFFFF000 + 1999), 77).Identification(0xFFF2).Payload(999).Build(), 64));
        Assert.True(SegmentRun.TryBegin(Tcp("10.1.0.1", "10.1.0.2", 0, Size), out var few));
        Assert.True(few.TryJoin(Tcp("10.1.0.1", "10.1.0.2", 1, Size), 2));
        Assert.False(few.TryJoin(Tcp("10.1.0.1", "10.1.0.2", 2, Size), 2));
        Assert.True(SegmentRun.TryBegin(Tcp("10.1.0.1", "10.1.0.2", 0, Size), out var longest));
        var count = 1;
        while (longest.TryJoin(Tcp("10.1.0.1", "10.1.0.2", count, Size), 1000))
        {
            count++;
        }

        Assert.Equal((65535 - 40) / Size, count);
    }

    private static byte[] Tcp(string source, string destination, int index, int length, byte flags = TcpView.Ack, int step = Size) =>
        PacketBuilder.Tcp(source, destination, 5000, 6000, 0xFFFFF000 + (uint)(index * step), 77, flags).Identification((ushort)(0xFFF0 + index)).Payload(length).Build();

    private static byte[] Udp(string source, string destination, int index, int length) =>
        PacketBuilder.Udp(source, destination, 5000, 6000).Identification((ushort)(100 + index)).Payload(length).Build();

    private static byte[] Differing(string difference)
    {
        PacketBuilder Plain(uint sequence = 0xFFFFF000 + Size, uint acknowledgment = 77, byte flags = TcpView.Ack, string source = "10.1.0.1", ushort port = 5000) =>
            PacketBuilder.Tcp(source, "10.1.0.2", port, 6000, sequence, acknowledgment, flags).Identification(0xFFF1).Payload(Size);
        var packet = difference switch
        {
            "source port" => Plain(port: 5001),
            "source" => Plain(source: "10.1.0.3"),
            "tos" => Plain().Tos(4),
            "hop limit" => Plain().HopLimit(63),
            "identification" => Plain().Identification(0xFFF2),
            "df" => Plain().DontFragment(),
            "gap" => Plain(0xFFFFF000 + Size + 1),
            "overlap" => Plain(0xFFFFF000 + Size - 1),
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
            "fragment" => Plain().Fragment(0, more: true, 0xFFF1),
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

    private static byte[][] Split(byte[] first, byte[][] packets, int headerLength)
    {
        byte[] superframe = [.. first, .. packets.Skip(1).SelectMany(packet => packet[headerLength..])];
        var size = first.Length - headerLength;
        return [.. packets.Select((_, index) =>
        {
            var packet = new byte[2048];
            return packet[..SegmentSplitter.Write(superframe, headerLength, size, index, packet)];
        })];
    }
}
