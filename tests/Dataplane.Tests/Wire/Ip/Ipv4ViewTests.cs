using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Wire.Ip;

public sealed class Ipv4ViewTests
{
    private static byte[] Packet => PacketBuilder.Udp("192.0.2.1", "198.51.100.2", 4000, 53).Options(7, 7, 4, 1, 2, 3, 4).Tos(0xB8).Identification(0xBEEF).HopLimit(9).DontFragment().Payload(5).Build();

    [Fact]
    public void TryView_WholePacket_EveryFieldIsRead()
    {
        Assert.True(Ipv4View.TryView((byte[])[.. Packet, 0xEE, 0xEE], out var view));
        Assert.Equal(28, view.HeaderLength);
        Assert.Equal(8, view.Options.Length);
        Assert.Equal(41, view.TotalLength);
        Assert.Equal(41, view.Octets.Length);
        Assert.Equal(13, view.Payload.Length);
        Assert.Equal((0xB8, 0xBEEF, 9, 17), (view.Tos, view.Identification, view.TimeToLive, view.Protocol));
        Assert.True(view.DontFragment && !view.MoreFragments && !view.IsFragment);
        Assert.Equal("192.0.2.1", view.Source.ToString());
        Assert.Equal("198.51.100.2", view.Destination.ToString());
        Assert.True(view.HasRightChecksum());
    }

    [Fact]
    public void TryView_EveryTruncation_Refused() =>
        Assert.All(Damage.Truncations(Packet), octets => Assert.False(Ipv4View.TryView(octets, out _)));

    [Theory]
    [InlineData(0, 0x65)]
    [InlineData(0, 0x44)]
    [InlineData(0, 0x4F)]
    [InlineData(3, 27)]
    [InlineData(3, 42)]
    public void TryView_LengthThatLies_Refused(int at, byte value)
    {
        var packet = Packet;
        // Of 41 octets a header of 60 does not fit either.
        packet[at] = value;
        Assert.False(Ipv4View.TryView(packet, out _));
    }

    [Fact]
    public void HasRightChecksum_AnyHeaderBitTurned_IsFalse()
    {
        var header = Packet[..28];
        Assert.All(Damage.BitChanges(header), changed =>
        {
            byte[] packet = [.. changed, .. Packet[28..]];
            Assert.False(Ipv4View.TryView(packet, out var view) && view.HasRightChecksum());
        });
    }

    [Fact]
    public void Write_FilledBuffer_EqualsTheBuilder()
    {
        var expected = PacketBuilder.Ip("192.0.2.1", "198.51.100.2", 50).Tos(3).Identification(7).HopLimit(1).Payload([]).Build();
        var packet = new byte[20];
        Array.Fill(packet, (byte)0xA5);
        Assert.True(Ipv4View.TryView(expected, out var view));
        Ipv4View.Write(packet, new IpHeaderFields(view.Source, view.Destination, 50, 1, 3, 7));
        Assert.Equal(expected, packet);
    }

    [Fact]
    public void DecrementTimeToLive_EveryValue_ChecksumStaysRight()
    {
        for (var ttl = 255; ttl > 0; ttl--)
        {
            var packet = PacketBuilder.Ip("192.0.2.1", "198.51.100.2", 50).HopLimit((byte)ttl).Identification((ushort)(ttl * 257)).Build();
            Assert.True(Ipv4View.TryView(packet, out var view));
            view.DecrementTimeToLive();
            Assert.Equal(ttl - 1, view.TimeToLive);
            Assert.Equal(0, NaiveChecksum.Compute(view.Header));
        }
    }

    /// <summary>Also where it is wrong, so that a packet damaged before stays one.</summary>
    [Fact]
    public void DecrementTimeToLive_EveryChecksum_ChangesAsTheEquationSays()
    {
        var packet = Packet;
        Assert.True(Ipv4View.TryView(packet, out var view));
        view.TimeToLive = 1;
        var word = (ushort)(0x0100 | view.Protocol);
        for (var checksum = 0; checksum <= ushort.MaxValue; checksum++)
        {
            (view.TimeToLive, view.Checksum) = (1, (ushort)checksum);
            view.DecrementTimeToLive();
            Assert.Equal(InternetChecksum.Update((ushort)checksum, word, view.Protocol), view.Checksum);
        }
    }

    [Fact]
    public void ReplaceTos_EveryValue_ChecksumStaysRight()
    {
        var packet = Packet;
        Assert.True(Ipv4View.TryView(packet, out var view));
        for (var tos = 0; tos < 256; tos++)
        {
            view.ReplaceTos((byte)tos);
            Assert.Equal(tos, view.Tos);
            Assert.Equal(0, NaiveChecksum.Compute(view.Header));
        }
    }
}
