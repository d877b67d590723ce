using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Segments;

namespace Dataplane.Tests.Wire.Segments;

public sealed class CipherSuperframeTests
{
    [Theory]
    [InlineData(false, 400, 400)]
    [InlineData(false, 400, 1)]
    [InlineData(true, 1400, 399)]
    [InlineData(true, 36, 36)]
    public void Write_EachIndex_IsThePacketTheNetworkCarries(bool isV6, int size, int last)
    {
        var frame = Make(isV6, size, last);
        var packets = frame.Split();
        for (var index = 0; index < packets.Count; index++)
        {
            var packet = new byte[2048];
            Assert.Equal(packets[index].Length, CipherSuperframe.Write(frame.Octets, frame.Segments.HeaderLength, size, index, packet));
            Assert.Equal(packets[index], packet[..packets[index].Length]);
            // One octet less of room is too little.
            Assert.Equal(0, CipherSuperframe.Write(frame.Octets, frame.Segments.HeaderLength, size, index, new byte[packets[index].Length - 1]));
        }

        Assert.Equal(0, CipherSuperframe.Write(frame.Octets, frame.Segments.HeaderLength, size, packets.Count, new byte[2048]));
        Assert.Equal(0, CipherSuperframe.Write(frame.Octets, frame.Segments.HeaderLength, size, -1, new byte[2048]));
        Assert.Equal(0, CipherSuperframe.Write(frame.Octets, frame.Segments.HeaderLength, size, int.MaxValue, new byte[2048]));
    }

    [Fact]
    public void Write_ChecksumOfTheWhole_DoesNotStandInAPacket()
    {
        var frame = Make(isV6: true, 400, 400);
        var packets = frame.Split();
        (frame.Octets[46], frame.Octets[47]) = (0x12, 0x34);
        var packet = new byte[448];
        Assert.Equal(448, CipherSuperframe.Write(frame.Octets, 48, 400, 2, packet));
        Assert.Equal(packets[2], packet);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Write_HeaderLengthThatLies_WritesNothing(bool isV6)
    {
        var frame = Make(isV6, 400, 400);
        for (var length = -1; length < frame.Octets.Length + 2; length++)
        {
            Assert.Equal(length == frame.Segments.HeaderLength, CipherSuperframe.Write(frame.Octets, length, 400, 0, new byte[4096]) > 0);
        }

        Assert.Equal(0, CipherSuperframe.Write(frame.Octets, frame.Segments.HeaderLength, 0, 0, new byte[4096]));
        var tcp = PacketBuilder.Tcp("10.1.0.1", "10.2.0.2", 1, 2).Payload(900).Build();
        Assert.Equal(0, CipherSuperframe.Write(tcp, 28, 400, 0, new byte[4096]));
    }

    private static Frame Make(bool isV6, int size, int last) => Frame.Of([.. Enumerable.Range(0, 5).Select(i =>
        (isV6 ? PacketBuilder.Udp("fd00::1", "fd00::2", 4500, 4500) : PacketBuilder.Udp("10.1.0.1", "10.2.0.2", 4500, 4500)).Payload(i == 4 ? last : size).Build())]);
}
