using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Wire.Transport;

public sealed class TcpViewTests
{
    private static byte[] Segment => PacketBuilder.Tcp("192.0.2.1", "192.0.2.2", 4000, 80, 0xFFFFFFF0, 7, TcpView.Ack | TcpView.Psh).TcpOptions(1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2).Payload(9).Build()[20..];

    [Fact]
    public void TryView_WholeSegment_EveryFieldIsRead()
    {
        Assert.True(TcpView.TryView(Segment, out var view));
        Assert.Equal((4000, 80, 0xFFFFFFF0u, 7u), (view.SourcePort, view.DestinationPort, view.Sequence, view.Acknowledgment));
        Assert.Equal((32, 12, 9), (view.HeaderLength, view.Options.Length, view.Payload.Length));
        Assert.Equal((TcpView.Ack | TcpView.Psh, 64000, 0), (view.Flags, view.Window, view.UrgentPointer));
    }

    [Fact]
    public void TryView_HeaderCutOff_Refused() =>
        Assert.All(Damage.Truncations(Segment[..32]), octets => Assert.False(TcpView.TryView(octets, out _)));

    [Theory]
    [InlineData(0x40, false)]
    [InlineData(0x50, true)]
    [InlineData(0xA0, true)]
    [InlineData(0xB0, false)]
    [InlineData(0xF0, false)]
    public void TryView_DataOffset_HoldsToItsBounds(byte offset, bool expected)
    {
        // 41 octets: ten words are there, the eleventh is not whole.
        var segment = Segment;
        segment[12] = offset;
        Assert.Equal(expected, TcpView.TryView(segment, out _));
    }

    [Fact]
    public void UpdateChecksum_AfterChanges_EqualsNaive()
    {
        Assert.True(IpAddress.TryParse("2001:db8::1", out var source));
        Assert.True(IpAddress.TryParse("2001:db8::2", out var destination));
        Assert.True(TcpView.TryView(Segment, out var view));
        view.Sequence++;
        view.Window = 1;
        view.HeaderLength = 24;
        Assert.Equal(24, view.HeaderLength);
        view.UpdateChecksum(source, destination);
        Assert.Equal(NaiveChecksum.Transport(source, destination, IpProtocol.Tcp, view.Octets), view.Checksum);
    }
}
