using IpsecDp.Engines;
using IpsecDp.Ipsec.Flow;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace Dataplane.Tests.Ipsec;

/// <summary>Which class traffic belongs to: ports first, precedence where no port shows.</summary>
public class ClassificationTests
{
    private static readonly IpAddress Near = Address("192.0.2.1");
    private static readonly IpAddress Far = Address("198.51.100.1");

    // RFC 2353: 12000 and 12001 carry precedence 6, then 4, 2, 1.
    [Theory]
    [InlineData(IpProtocol.Udp, 12000, 0x00, ServiceClass.EeNetwork)]
    [InlineData(IpProtocol.Udp, 12001, 0x00, ServiceClass.EeNetwork)]
    [InlineData(IpProtocol.Udp, 12002, 0x00, ServiceClass.EeHigh)]
    [InlineData(IpProtocol.Udp, 12003, 0x00, ServiceClass.EeMedium)]
    [InlineData(IpProtocol.Udp, 12004, 0x00, ServiceClass.EeLow)]
    [InlineData(IpProtocol.Udp, 11999, 0xC0, ServiceClass.Udp)]
    [InlineData(IpProtocol.Udp, 12005, 0xC0, ServiceClass.Udp)]
    [InlineData(IpProtocol.Udp, 500, 0x00, ServiceClass.Ike)]
    [InlineData(IpProtocol.Udp, 4500, 0x00, ServiceClass.Ike)]
    [InlineData(IpProtocol.Tcp, 12000, 0xC0, ServiceClass.Tcp)]
    [InlineData(IpProtocol.Icmp, 12000, 0xC0, ServiceClass.Unclassified)]
    public void Of_Ports_DecideInBothDirections(byte protocol, int port, byte tos, ServiceClass expected)
    {
        var flow = new FlowKey(Near, Far, protocol, 40000, (ushort)port, HasPorts: true);
        Assert.Equal(expected, Classification.Of(flow, tos));
        Assert.Equal(expected, Classification.Of(flow.Reversed(), tos));
    }

    [Theory]
    [InlineData(0xC0, ServiceClass.EeNetwork)]
    [InlineData(0x80, ServiceClass.EeHigh)]
    [InlineData(0x40, ServiceClass.EeMedium)]
    [InlineData(0x23, ServiceClass.EeLow)]
    [InlineData(0x00, ServiceClass.Udp)]
    [InlineData(0xA0, ServiceClass.Udp)]
    [InlineData(0xE0, ServiceClass.Udp)]
    public void Of_LaterFragmentOfUdp_GoesByPrecedence(byte tos, ServiceClass expected) =>
        Assert.Equal(expected, Classification.Of(new FlowKey(Near, Far, IpProtocol.Udp, 0, 0, HasPorts: false), tos));

    [Fact]
    public void Of_Selectors_NameAClassOnlyWhenAllOfThemDo()
    {
        Assert.Equal(ServiceClass.EeHigh, Classification.Of([Selector(IpProtocol.Udp, PortRange.Of(12002), PortRange.Any), Selector(IpProtocol.Udp, PortRange.Any, PortRange.Of(12002))]));
        Assert.Equal(ServiceClass.Tcp, Classification.Of([Selector(IpProtocol.Tcp, PortRange.Any, PortRange.Any)]));
        Assert.Null(Classification.Of([Selector(IpProtocol.Udp, PortRange.Of(12002), PortRange.Any), Selector(IpProtocol.Udp, PortRange.Of(12003), PortRange.Any)]));
        Assert.Null(Classification.Of([Selector(IpProtocol.Udp, new PortRange(12000, 12004), PortRange.Any)]));
        Assert.Null(Classification.Of([Selector(null, PortRange.Any, PortRange.Any)]));
        Assert.Null(Classification.Of(Array.Empty<TrafficSelector>()));
    }

    private static IpAddress Address(string text) => IpAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text);

    private static TrafficSelector Selector(byte? protocol, PortRange local, PortRange remote) =>
        new(AddressRange.Of(Near), AddressRange.Of(Far), protocol, local, remote);
}
