using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Wire.Transport;

public sealed class IcmpViewTests
{
    [Fact]
    public void TryView_WholeMessage_EveryFieldIsRead()
    {
        var message = PacketBuilder.Icmp("192.0.2.1", "192.0.2.2", IcmpType.Echo, 0, 0x00050006).Payload(3).Build()[20..];
        Assert.True(IcmpView.TryView(message, out var view));
        Assert.Equal((8, 0, 0x00050006u, 3), (view.Type, view.Code, view.Rest, view.Body.Length));
        Assert.Equal(0, NaiveChecksum.Compute(view.Octets));
    }

    [Fact]
    public void TryView_HeaderCutOff_Refused() =>
        Assert.All(Damage.Truncations(new byte[IcmpView.HeaderLength]), octets => Assert.False(IcmpView.TryView(octets, out _)));

    [Fact]
    public void UpdateChecksum_EitherVersion_EqualsNaive()
    {
        Assert.True(IpAddress.TryParse("2001:db8::1", out var source));
        var message = new byte[13];
        new Random(1).NextBytes(message);
        Assert.True(IcmpView.TryView(message, out var view));
        view.UpdateChecksum();
        Assert.Equal(NaiveChecksum.Transport(source, source, IpProtocol.Icmp, message), view.Checksum);
        view.UpdateChecksum(source, source);
        Assert.Equal(NaiveChecksum.Transport(source, source, IpProtocol.Icmpv6, message), view.Checksum);
    }
}
