using System.Runtime.InteropServices;
using IpsecDp.Adapters.Linux;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Packets;

namespace Dataplane.Tests.Adapters.Linux;

public sealed class VirtioHeaderTests
{
    private const byte NeedsChecksum = 1;

    [Fact]
    public void TryDescribe_PartialChecksum_IsCompleted()
    {
        var whole = PacketBuilder.Udp("10.0.0.1", "10.0.0.2", 1, 2).Payload(333).Build();
        var partial = whole.ToArray();
        var pseudo = NaiveChecksum.Compute(NaiveChecksum.PseudoHeader(Address("10.0.0.1"), Address("10.0.0.2"), 17, 341));
        (partial[26], partial[27]) = ((byte)(~pseudo >> 8), (byte)~pseudo);
        Assert.NotEqual(whole, partial);
        Assert.True(Header(NeedsChecksum, 0, 0, 0, 20, 6).TryDescribe(partial, out var segments));
        Assert.Equal(whole, partial);
        Assert.Equal(Segmentation.None, segments);
    }

    [Theory]
    [InlineData(1, SegmentKind.Tcp)]
    [InlineData(0x81, SegmentKind.Tcp)]
    public void TryDescribe_TcpSuperframe_MeasuresTheHeaderItself(byte kind, SegmentKind expected)
    {
        var frame = PacketBuilder.Tcp("10.0.0.1", "10.0.0.2", 1, 2).TcpOptions(1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2).Payload(5000).Build();
        Assert.True(Header(NeedsChecksum, kind, 1, 1000, 20, 16).TryDescribe(frame, out var segments));
        Assert.Equal(new Segmentation(expected, 1000, 52, true), segments);
    }

    [Fact]
    public void TryDescribe_SegmentSizeAboveThePayload_IsASinglePacket()
    {
        var frame = PacketBuilder.Tcp("10.0.0.1", "10.0.0.2", 1, 2).Payload(1000).Build();
        Assert.True(Header(NeedsChecksum, 1, 40, 1000, 20, 16).TryDescribe(frame, out var segments));
        Assert.Equal(SegmentKind.None, segments.Kind);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 100)]
    [InlineData(3, 100)]
    [InlineData(0x7F, 100)]
    public void TryDescribe_ImpossibleHeader_IsRefused(byte kind, ushort size)
    {
        var frame = PacketBuilder.Tcp("10.0.0.1", "10.0.0.2", 1, 2).Payload(1000).Build();
        Assert.False(Header(NeedsChecksum, kind, 40, size, 20, 16).TryDescribe(frame, out _));
    }

    [Theory]
    [InlineData(1000, 6)]
    [InlineData(20, 60000)]
    [InlineData(65535, 65535)]
    public void TryDescribe_ChecksumOutsideTheFrame_IsRefused(ushort start, ushort offset)
    {
        var frame = PacketBuilder.Udp("10.0.0.1", "10.0.0.2", 1, 2).Payload(100).Build();
        Assert.False(Header(NeedsChecksum, 0, 0, 0, start, offset).TryDescribe(frame, out _));
    }

    [Fact]
    public void TryDescribe_EveryTruncationOfASuperframe_NeverThrows()
    {
        var frame = PacketBuilder.Tcp("fd00::1", "fd00::2", 1, 2).Payload(300).Build();
        for (var length = 0; length < frame.Length; length++)
        {
            var isGood = Header(NeedsChecksum, 4, 60, 10, 40, 16).TryDescribe(frame.AsSpan(0, length), out var segments);
            Assert.True(!isGood || segments.HeaderLength == 60 || segments == Segmentation.None);
        }
    }

    private static VirtioHeader Header(byte flags, byte kind, ushort headerLength, ushort size, ushort start, ushort offset)
    {
        byte[] octets = [flags, kind, .. BitConverter.GetBytes(headerLength), .. BitConverter.GetBytes(size), .. BitConverter.GetBytes(start), .. BitConverter.GetBytes(offset)];
        return MemoryMarshal.Read<VirtioHeader>(octets);
    }

    private static IpsecDp.Wire.Ip.IpAddress Address(string text) =>
        IpsecDp.Wire.Ip.IpAddress.TryParse(text, out var address) ? address : default;
}
