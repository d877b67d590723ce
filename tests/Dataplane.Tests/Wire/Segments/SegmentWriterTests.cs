using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Segments;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Wire.Segments;

/// <summary>The fast writer against the slow splitter, octet by octet.</summary>
public sealed class SegmentWriterTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Write_RandomSuperframes_IsWhatTheSplitterWrites(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 400; round++)
        {
            var superframe = Superframe(random, out var headerLength, out var size);
            Leave(random, superframe, headerLength);
            Assert.True(SegmentSplitter.TryReadHeaderLength(superframe, out var found));
            Assert.Equal(headerLength, found);
            var copy = (byte[])superframe.Clone();
            Assert.True(SegmentWriter.TryReadHeader(copy, headerLength, out var view));
            var writer = new SegmentWriter(copy, view, size);
            Assert.Equal(SegmentSplitter.Count(superframe.Length, headerLength, size), writer.Count);
            for (var index = 0; index < writer.Count; index++)
            {
                var (expected, written) = (new byte[headerLength + size], new byte[headerLength + size]);
                var length = SegmentSplitter.Write(superframe, headerLength, size, index, expected);
                Assert.Equal(length, writer.LengthOf(index));
                Assert.Equal(length, writer.Write(index, written));
                Assert.Equal(expected, written);
            }
        }
    }

    [Fact]
    public void Write_HeaderChangedAfterItWasRead_IsWhatTheSplitterWritesOfTheChanged()
    {
        var superframe = PacketBuilder.Tcp("10.1.0.1", "10.2.0.2", 1, 2).Payload(3000).Build();
        Assert.True(SegmentWriter.TryReadHeader(superframe, 40, out var view));
        view.V4.DecrementTimeToLive();
        var writer = new SegmentWriter(superframe, view, 1000);
        var (expected, written) = (new byte[1040], new byte[1040]);
        SegmentSplitter.Write(superframe, 40, 1000, 2, expected);
        writer.Write(2, written);
        Assert.Equal(expected, written);
        Assert.Equal(63, written[8]);
    }

    [Fact]
    public void TryReadHeader_LengthThatLies_IsRefused()
    {
        byte[][] superframes =
        [
            PacketBuilder.Tcp("10.1.0.1", "10.2.0.2", 1, 2).TcpOptions(1, 1, 1, 1).Payload(300).Build(),
            PacketBuilder.Udp("10.1.0.1", "10.2.0.2", 1, 2).Options(7, 7, 4, 0, 0, 0, 0).Payload(300).Build(),
            PacketBuilder.Tcp("fd00::1", "fd00::2", 1, 2).Payload(300).Build(),
            PacketBuilder.Udp("fd00::1", "fd00::2", 1, 2).Extension(IpProtocol.HopByHop, 5, 2).Payload(300).Build(),
        ];
        int[] right = [44, 36, 60, 56];
        for (var i = 0; i < superframes.Length; i++)
        {
            for (var length = 0; length <= superframes[i].Length + 2; length++)
            {
                Assert.Equal(length == right[i], SegmentWriter.TryReadHeader((byte[])superframes[i].Clone(), length, out _));
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TryReadHeader_FragmentOrOtherProtocol_IsRefused(bool isV6)
    {
        var (source, destination) = isV6 ? ("fd00::1", "fd00::2") : ("10.1.0.1", "10.2.0.2");
        var ipLength = isV6 ? 40 : 20;
        Assert.True(SegmentWriter.TryReadHeader(PacketBuilder.Udp(source, destination, 1, 2).Payload(99).Build(), ipLength + 8, out _));
        var fragment = PacketBuilder.Udp(source, destination, 1, 2).Payload(99).Fragment(0, more: true).Build();
        Assert.False(SegmentWriter.TryReadHeader(fragment, ipLength + 8 + (isV6 ? 8 : 0), out _));
        Assert.False(SegmentWriter.TryReadHeader(PacketBuilder.Icmp(source, destination, 8, 0).Payload(99).Build(), ipLength + 8, out _));
        var otherVersion = PacketBuilder.Udp(source, destination, 1, 2).Payload(99).Build();
        otherVersion[0] = (byte)(0x50 | (otherVersion[0] & 15));
        Assert.False(SegmentWriter.TryReadHeader(otherVersion, ipLength + 8, out _));
    }

    private static byte[] Superframe(Random random, out int headerLength, out int size)
    {
        var isV6 = random.Next(2) == 0;
        var isTcp = random.Next(2) == 0;
        var (source, destination) = isV6 ? ("fd00::1", "fd00::2") : ("10.1.0.1", "10.2.0.2");
        var builder = isTcp
            ? PacketBuilder.Tcp(source, destination, 5000, 80, random.Next(2) == 0 ? uint.MaxValue - (uint)random.Next(3000) : (uint)random.Next(), (uint)random.Next(), (byte)random.Next(256))
            : PacketBuilder.Udp(source, destination, 5000, 80);
        var (ip, transport) = (isV6 ? 40 : 20, isTcp ? 20 : 8);
        if (isTcp && random.Next(2) == 0)
        {
            builder.TcpOptions(1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2);
            transport = 32;
        }

        switch (random.Next(4))
        {
            case 0 when !isV6:
                builder.Options(0x94, 4, 0, 0, 7, 7, 4, 0, 0, 0, 0);
                ip += 12;
                break;
            case 0:
                builder.Extension(IpProtocol.HopByHop, 5, 2, 0, 0, 1, 0).Extension(IpProtocol.DestinationOptions, 1, 4);
                ip += 16;
                break;
            case 1 when isV6:
                builder.Extension(IpProtocol.Routing, [2, 1, 0, 0, 0, 0, 0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9]).FinalDestination("2001:db8::9");
                ip += 24;
                break;
            default:
                break;
        }

        var payload = new byte[random.Next(1, 9000)];
        random.NextBytes(payload);
        (headerLength, size) = (ip + transport, random.Next(Math.Max(1, payload.Length / 60), 1500));
        builder.Identification((ushort)(random.Next(2) == 0 ? 0xFFFE : random.Next(65536))).Tos((byte)random.Next(256)).HopLimit((byte)random.Next(1, 256)).FlowLabel((uint)random.Next(1 << 20)).Payload(payload);
        return (random.Next(2) == 0 ? builder.DontFragment() : builder).Build();
    }

    // A sender may leave lengths and sums for the splitter to write.
    private static void Leave(Random random, byte[] superframe, int headerLength)
    {
        if (random.Next(2) == 0)
        {
            random.NextBytes(superframe.AsSpan(superframe[0] >> 4 == 4 ? 2 : 4, 2));
        }

        if (superframe[0] >> 4 == 4 && random.Next(2) == 0)
        {
            random.NextBytes(superframe.AsSpan(10, 2));
        }

        var isTcp = (superframe[0] >> 4 == 4 ? superframe[9] : superframe[6]) == IpProtocol.Tcp;
        if (isTcp && random.Next(2) == 0)
        {
            random.NextBytes(superframe.AsSpan(headerLength - (superframe[0] >> 4 == 4 ? headerLength - ((superframe[0] & 15) * 4) : headerLength - 40) + TcpView.ChecksumAt, 2));
        }
        else if (!isTcp)
        {
            random.NextBytes(superframe.AsSpan(headerLength - 4, 4));
        }
    }
}
