using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace Dataplane.Tests.Wire.Selectors;

public sealed class AddressRangeTests
{
    [Theory]
    [InlineData("10.1.2.3", 0, "0.0.0.0", "255.255.255.255", "0.0.0.0/0")]
    [InlineData("10.1.2.3", 8, "10.0.0.0", "10.255.255.255", "10.0.0.0/8")]
    [InlineData("10.1.2.3", 31, "10.1.2.2", "10.1.2.3", "10.1.2.2/31")]
    [InlineData("10.1.2.3", 32, "10.1.2.3", "10.1.2.3", "10.1.2.3")]
    [InlineData("2001:db8::1", 0, "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0")]
    [InlineData("2001:db8::1", 64, "2001:db8::", "2001:db8::ffff:ffff:ffff:ffff", "2001:db8::/64")]
    [InlineData("2001:db8::1", 128, "2001:db8::1", "2001:db8::1", "2001:db8::1")]
    public void Prefix_Length_SpansItsAddresses(string address, int length, string first, string last, string text)
    {
        var range = AddressRange.Prefix(Parse(address), length);
        Assert.Equal(new AddressRange(Parse(first), Parse(last)), range);
        Assert.Equal(text, range.ToString());
        Assert.True(range.Contains(Parse(address)));
    }

    [Fact]
    public void Contains_EdgesAndVersions_AreExact()
    {
        var range = new AddressRange(Parse("10.0.0.5"), Parse("10.0.0.9"));
        Assert.Equal("10.0.0.5-10.0.0.9", range.ToString());
        Assert.True(range.Contains(Parse("10.0.0.5")) && range.Contains(Parse("10.0.0.9")));
        Assert.False(range.Contains(Parse("10.0.0.4")) || range.Contains(Parse("10.0.0.10")) || range.Contains(Parse("::a00:5")));
        Assert.True(AddressRange.AnyV4.Contains(range) && !range.Contains(AddressRange.AnyV4) && !AddressRange.AnyV6.Contains(range));
    }

    private static IpAddress Parse(string text)
    {
        Assert.True(IpAddress.TryParse(text, out var address));
        return address;
    }
}
