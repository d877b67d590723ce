using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Wire.Transport;

public sealed class MaximumSegmentSizeTests
{
    [Theory]
    [InlineData("10.0.0.1", "10.0.0.2", 1360)]
    [InlineData("fd77::1", "fd77::2", 1340)]
    public void TryClamp_LargerOption_IsLoweredAndTheSumStaysRight(string source, string destination, int expected)
    {
        foreach (var options in new byte[][] { [2, 4, 0x05, 0xB4], [1, 2, 4, 0x05, 0xB4, 0, 0, 0], [8, 10, 1, 2, 3, 4, 5, 6, 7, 8, 2, 4, 0xFF, 0xFF, 0, 0] })
        {
            var packet = PacketBuilder.Tcp(source, destination, 1, 2, flags: TcpView.Syn).TcpOptions(options).Build();
            Assert.True(IpPacketView.TryView(packet, out var view));
            Assert.True(MaximumSegmentSize.TryClamp(view, 1400));
            Assert.True(TcpView.TryView(view.Payload, out var tcp));
            var at = options.AsSpan().IndexOf((ReadOnlySpan<byte>)[2, 4]);
            Assert.Equal(expected, (tcp.Options[at + 2] << 8) | tcp.Options[at + 3]);
            Assert.Equal(NaiveChecksum.Transport(view.Source, view.Destination, IpProtocol.Tcp, view.Payload), tcp.Checksum);
        }
    }

    [Theory]
    [InlineData(TcpView.Ack, new byte[] { 2, 4, 0x05, 0xB4 })]
    [InlineData(TcpView.Syn, new byte[] { 2, 4, 0x02, 0x18 })]
    [InlineData(TcpView.Syn, new byte[] { 1, 1, 1, 0 })]
    [InlineData(TcpView.Syn, new byte[] { 0, 2, 4, 0x05 })]
    [InlineData(TcpView.Syn, new byte[] { 2, 3, 0xFF, 0 })]
    [InlineData(TcpView.Syn, new byte[] { 8, 0, 2, 4 })]
    [InlineData(TcpView.Syn, new byte[] { 8, 9, 2, 4 })]
    public void TryClamp_NoSynNoneLargerOrDamaged_ChangesNothing(byte flags, byte[] options)
    {
        var packet = PacketBuilder.Tcp("10.0.0.1", "10.0.0.2", 1, 2, flags: flags).TcpOptions(options).Build();
        var before = (byte[])packet.Clone();
        Assert.True(IpPacketView.TryView(packet, out var view));
        Assert.False(MaximumSegmentSize.TryClamp(view, 1400));
        Assert.Equal(before, packet);
    }

    [Fact]
    public void TryClamp_AbsurdlySmallPath_NeverBelowWhatEveryHostTakes()
    {
        var packet = PacketBuilder.Tcp("10.0.0.1", "10.0.0.2", 1, 2, flags: TcpView.Syn).TcpOptions(2, 4, 0x05, 0xB4).Build();
        Assert.True(IpPacketView.TryView(packet, out var view));
        Assert.True(MaximumSegmentSize.TryClamp(view, 60));
        Assert.True(TcpView.TryView(view.Payload, out var tcp));
        Assert.Equal(536, (tcp.Options[2] << 8) | tcp.Options[3]);
    }
}
