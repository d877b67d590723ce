using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace Dataplane.Tests.Wire.Selectors;

public sealed class TrafficSelectorTests
{
    private static readonly IpAddress Here = new(0x0A000001, IpVersion.V4);
    private static readonly IpAddress There = new(0x0A000002, IpVersion.V4);

    private static readonly TrafficSelector Web = new(AddressRange.Of(Here), AddressRange.Of(There), IpProtocol.Tcp, PortRange.Any, PortRange.Of(443));

    [Fact]
    public void Matches_EitherDirection_SidesAreKept()
    {
        var outbound = new FlowKey(Here, There, IpProtocol.Tcp, 50000, 443, true);
        Assert.True(Web.MatchesOutbound(outbound) && Web.MatchesInbound(outbound.Reversed()));
        Assert.False(Web.MatchesInbound(outbound) || Web.MatchesOutbound(outbound.Reversed()));
        Assert.False(Web.MatchesOutbound(outbound with { DestinationPort = 444 }));
        Assert.False(Web.MatchesOutbound(outbound with { Protocol = IpProtocol.Udp }));
        Assert.False(Web.MatchesOutbound(outbound with { Destination = Here }));
    }

    [Fact]
    public void Matches_PortsNotShown_FitOnlyAnyPorts()
    {
        var fragment = new FlowKey(Here, There, IpProtocol.Tcp, 0, 0, false);
        Assert.False(Web.MatchesOutbound(fragment));
        Assert.True((Web with { RemotePorts = PortRange.Any }).MatchesOutbound(fragment));
        Assert.True((Web with { RemotePorts = PortRange.Any, Protocol = null }).MatchesOutbound(fragment));
    }

    [Fact]
    public void Matches_IcmpTypeAndCode_AreOneWord()
    {
        var echo = new FlowKey(Here, There, IpProtocol.Icmp, 0x0800, 0x0800, true);
        var selector = new TrafficSelector(AddressRange.AnyV4, AddressRange.AnyV4, IpProtocol.Icmp, PortRange.OfIcmp(8, null), PortRange.OfIcmp(8, null));
        Assert.True(selector.MatchesOutbound(echo));
        Assert.False(selector.MatchesOutbound(echo with { SourcePort = 0, DestinationPort = 0 }));
        Assert.Equal(new PortRange(0x0304, 0x0304), PortRange.OfIcmp(3, 4));
    }
}
