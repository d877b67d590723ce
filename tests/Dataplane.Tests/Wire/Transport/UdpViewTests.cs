using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Wire.Transport;

public sealed class UdpViewTests
{
    private static byte[] Datagram => PacketBuilder.Udp("192.0.2.1", "192.0.2.2", 4000, 53).Payload(11).Build()[20..];

    [Fact]
    public void TryView_WholeDatagram_EveryFieldIsRead()
    {
        Assert.True(UdpView.TryView((byte[])[.. Datagram, 1, 2, 3], out var view));
        Assert.Equal((4000, 53, 19, 11), (view.SourcePort, view.DestinationPort, view.Length, view.Payload.Length));
    }

    [Fact]
    public void TryView_EveryTruncation_Refused() =>
        Assert.All(Damage.Truncations(Datagram), octets => Assert.False(UdpView.TryView(octets, out _)));

    [Theory]
    [InlineData(0, false)]
    [InlineData(7, false)]
    [InlineData(8, true)]
    [InlineData(19, true)]
    [InlineData(20, false)]
    public void TryView_LengthField_HoldsToItsBounds(byte length, bool expected)
    {
        var datagram = Datagram;
        datagram[5] = length;
        Assert.Equal(expected, UdpView.TryView(datagram, out _));
    }

    [Fact]
    public void UpdateChecksum_EveryPayloadWord_EqualsNaiveAndIsNeverZero()
    {
        Assert.True(IpAddress.TryParse("192.0.2.1", out var source));
        var datagram = new byte[10];
        var view = UdpView.Write(datagram, 0, 0);
        for (var word = 0; word <= 0xFFFF; word++)
        {
            (datagram[8], datagram[9]) = ((byte)(word >> 8), (byte)word);
            view.UpdateChecksum(source, source);
            Assert.NotEqual(0, view.Checksum);
            Assert.Equal(NaiveChecksum.Transport(source, source, IpProtocol.Udp, datagram), view.Checksum);
        }
    }
}
