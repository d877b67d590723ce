using System.Buffers.Binary;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Segments;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Wire.Segments;

public sealed class SegmentSplitterTests
{
    private const byte AllFlags = TcpView.Fin | TcpView.Psh | TcpView.Ack | TcpView.Ece | TcpView.Cwr;

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2", 1448, 60000)]
    [InlineData("192.0.2.1", "192.0.2.2", 1, 7)]
    [InlineData("192.0.2.1", "192.0.2.2", 100, 300)]
    [InlineData("192.0.2.1", "192.0.2.2", 100, 301)]
    [InlineData("192.0.2.1", "192.0.2.2", 100, 100)]
    [InlineData("2001:db8::1", "2001:db8::2", 1428, 60000)]
    [InlineData("2001:db8::1", "2001:db8::2", 7, 50)]
    public void Write_TcpSuperframe_EverySegmentIsWhatTheStackWouldSend(string source, string destination, int size, int payload)
    {
        var superframe = Tcp(source, destination, 0xFFFFFF00, AllFlags).Identification(0xFFFE).Payload(payload).Build();
        var segments = Split(superframe, size);
        Assert.Equal((payload + size - 1) / size, segments.Count);
        for (var i = 0; i < segments.Count; i++)
        {
            var isLast = i == segments.Count - 1;
            var flags = AllFlags & ~(i == 0 ? 0 : TcpView.Cwr) & ~(isLast ? 0 : TcpView.Fin | TcpView.Psh);
            var expected = Tcp(source, destination, 0xFFFFFF00 + (uint)(i * size), (byte)flags).Identification((ushort)(0xFFFE + i))
                .Payload(Slice(superframe, payload, i * size, size)).Build();
            Assert.Equal(expected, segments[i]);
        }
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2")]
    [InlineData("2001:db8::1", "2001:db8::2")]
    public void Write_UdpSuperframe_EveryDatagramIsWhole(string source, string destination)
    {
        var superframe = PacketBuilder.Udp(source, destination, 5000, 6000).Payload(5000).WrongChecksum().Build();
        var segments = Split(superframe, 1200);
        Assert.Equal(5, segments.Count);
        for (var i = 0; i < segments.Count; i++)
        {
            var expected = PacketBuilder.Udp(source, destination, 5000, 6000).Identification((ushort)(0x1234 + i)).Payload(Slice(superframe, 5000, i * 1200, 1200)).Build();
            Assert.Equal(expected, segments[i]);
        }
    }

    [Fact]
    public void Write_Ipv4OptionsAndLengthsLeftZero_AreHandled()
    {
        var superframe = Tcp("192.0.2.1", "192.0.2.2", 5, TcpView.Ack).Options(7, 7, 4, 0, 0, 0, 0).Payload(250).Build();
        // A sender may leave the total length and both checksums to whoever splits.
        superframe.AsSpan(2, 2).Clear();
        superframe.AsSpan(10, 2).Clear();
        var segments = Split(superframe, 100);
        for (var i = 0; i < 3; i++)
        {
            var expected = Tcp("192.0.2.1", "192.0.2.2", 5 + (uint)i * 100, TcpView.Ack).Options(7, 7, 4, 0, 0, 0, 0)
                .Identification((ushort)(0x1234 + i)).Payload(Slice(superframe, 250, i * 100, 100)).Build();
            Assert.Equal(expected, segments[i]);
        }
    }

    [Fact]
    public void Write_Ipv6Extensions_ChecksumCoversTheFinalDestination()
    {
        byte[] routing = [2, 1, 0, 0, 0, 0, .. System.Net.IPAddress.Parse("2001:db8::9").GetAddressBytes()];
        PacketBuilder Builder(uint sequence) => Tcp("2001:db8::1", "2001:db8::2", sequence, TcpView.Ack)
            .Extension(IpProtocol.HopByHop, 5, 2, 0, 0, 1, 0).Extension(IpProtocol.Routing, routing).FinalDestination("2001:db8::9");
        var superframe = Builder(1).Payload(250).WrongChecksum().Build();
        var segments = Split(superframe, 100);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(Builder(1 + (uint)i * 100).Payload(Slice(superframe, 250, i * 100, 100)).Build(), segments[i]);
        }
    }

    [Fact]
    public void Write_ArgumentsThatLie_WriteNothing()
    {
        var superframe = Tcp("192.0.2.1", "192.0.2.2", 1, TcpView.Ack).Payload(250).Build();
        var destination = new byte[500];
        Assert.Equal(152, SegmentSplitter.Write(superframe, 52, 100, 0, destination));
        Assert.Equal(0, SegmentSplitter.Write(superframe, 52, 100, 3, destination));
        Assert.Equal(0, SegmentSplitter.Write(superframe, 52, 100, -1, destination));
        Assert.Equal(0, SegmentSplitter.Write(superframe, 52, 100, 0, destination.AsSpan(0, 151)));
        foreach (var wrong in new[] { int.MinValue, -1, 0, 1, 19, 20, 40, 48, 51, 53, 56, 301, 303, int.MaxValue })
        {
            Assert.Equal(0, SegmentSplitter.Write(superframe, wrong, 100, 0, destination));
        }

        // Without a size the superframe is one packet.
        Assert.Equal(302, SegmentSplitter.Write(superframe, 52, 0, 0, destination));
    }

    [Fact]
    public void Write_FragmentOrForeignProtocol_WritesNothing()
    {
        foreach (var packet in new[]
        {
            PacketBuilder.Udp("192.0.2.1", "192.0.2.2", 1, 2).Payload(300).Fragment(0, more: true).Build(),
            PacketBuilder.Udp("2001:db8::1", "2001:db8::2", 1, 2).Payload(300).Fragment(0, more: true).Build(),
            PacketBuilder.Ip("192.0.2.1", "192.0.2.2", IpProtocol.Esp).Payload(300).Build(),
        })
        {
            Assert.False(SegmentSplitter.TryReadHeaderLength(packet, out _));
            for (var headerLength = 0; headerLength < 80; headerLength++)
            {
                Assert.Equal(0, SegmentSplitter.Write(packet, headerLength, 100, 0, new byte[500]));
            }
        }
    }

    [Fact]
    public void TryReadHeaderLength_EveryTruncation_NeverThrowsAndRefusesCutHeaders()
    {
        var superframe = Tcp("2001:db8::1", "2001:db8::2", 1, TcpView.Ack).Extension(IpProtocol.HopByHop, 5, 2).Payload(20).Build();
        for (var length = 0; length < superframe.Length; length++)
        {
            Assert.Equal(length >= 80, SegmentSplitter.TryReadHeaderLength(superframe.AsSpan(0, length), out var headerLength));
            Assert.Equal(length >= 80 ? 80 : 0, headerLength);
        }
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2", 20)]
    [InlineData("2001:db8::1", "2001:db8::2", 40)]
    public void CompleteChecksum_PseudoHeaderSumInTheField_BothFormsGiveTheRightOne(string source, string destination, int transportAt)
    {
        var expected = PacketBuilder.Udp(source, destination, 1, 2).Payload(333).Build();
        Assert.True(IpPacketView.TryView((byte[])expected.Clone(), out var view));
        var packet = (byte[])expected.Clone();
        var partial = InternetChecksum.Fold(InternetChecksum.PseudoHeader(view.Source, view.Destination, IpProtocol.Udp, 341));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(transportAt + UdpView.ChecksumAt), partial);
        var other = (byte[])packet.Clone();
        Assert.NotEqual(expected, packet);
        Assert.True(SegmentSplitter.CompleteChecksum(packet));
        Assert.True(SegmentSplitter.CompleteChecksum(other, transportAt, UdpView.ChecksumAt));
        Assert.Equal(expected, packet);
        Assert.Equal(expected, other);
    }

    [Theory]
    [InlineData(-1, 6)]
    [InlineData(20, -1)]
    [InlineData(20, 19)]
    [InlineData(39, 0)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void CompleteChecksum_FieldOutside_Refused(int start, int offset)
    {
        var packet = PacketBuilder.Udp("192.0.2.1", "192.0.2.2", 1, 2).Payload(12).Build();
        Assert.False(SegmentSplitter.CompleteChecksum(packet, start, offset));
        Assert.True(SegmentSplitter.CompleteChecksum(packet, 20, 18));
    }

    private static PacketBuilder Tcp(string source, string destination, uint sequence, byte flags) =>
        PacketBuilder.Tcp(source, destination, 4000, 80, sequence, 77, flags).TcpOptions(1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2);

    private static byte[] Slice(byte[] superframe, int payload, int at, int size) =>
        superframe[(superframe.Length - payload + at)..(superframe.Length - payload + Math.Min(at + size, payload))];

    private static List<byte[]> Split(byte[] superframe, int size)
    {
        var before = (byte[])superframe.Clone();
        Assert.True(SegmentSplitter.TryReadHeaderLength(superframe, out var headerLength));
        var segments = new List<byte[]>();
        for (var i = 0; i < SegmentSplitter.Count(superframe.Length, headerLength, size); i++)
        {
            var buffer = new byte[headerLength + size + 8];
            Array.Fill(buffer, (byte)0xA5);
            var length = SegmentSplitter.Write(superframe, headerLength, size, i, buffer);
            Assert.InRange(length, headerLength, headerLength + size);
            Assert.All(buffer[length..], octet => Assert.Equal(0xA5, octet));
            segments.Add(buffer[..length]);
        }

        Assert.Equal(before, superframe);
        return segments;
    }
}
