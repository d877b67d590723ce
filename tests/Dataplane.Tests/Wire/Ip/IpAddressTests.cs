using System.Net;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Wire.Ip;

public sealed class IpAddressTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("255.255.255.255")]
    [InlineData("192.0.2.10")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("1::")]
    [InlineData("2001:db8::1")]
    [InlineData("2001:db8:0:1:1:1:1:1")]
    [InlineData("2001:0:0:1::1")]
    [InlineData("2001:db8::1:0:0:1")]
    [InlineData("1:2:3:4:5:6:7:8")]
    [InlineData("::ffff:192.0.2.1")]
    [InlineData("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    public void ToString_CanonicalText_ComesBack(string text)
    {
        Assert.True(IpAddress.TryParse(text, out var address));
        Assert.Equal(text, address.ToString());
    }

    [Fact]
    public void ToString_AnyAddress_FrameworkReadsTheSame()
    {
        var random = new Random(5);
        var octets = new byte[16];
        for (var round = 0; round < 20_000; round++)
        {
            random.NextBytes(octets);
            for (var group = 0; group < 8; group++)
            {
                if (random.Next(2) == 0)
                {
                    (octets[group * 2], octets[group * 2 + 1]) = (0, (byte)random.Next(2));
                }
            }

            Assert.Equal(new IPAddress(octets), IPAddress.Parse(IpAddress.ReadV6(octets).ToString()));
            Assert.Equal(new IPAddress(octets.AsSpan(0, 4)).ToString(), IpAddress.ReadV4(octets).ToString());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("0x7f.1")]
    [InlineData("10.0.0")]
    [InlineData("10.0.0.256")]
    [InlineData("fe80::1%eth0")]
    [InlineData("[::1]:80")]
    [InlineData("2001:db8")]
    public void TryParse_NotAnAddress_Refused(string text) => Assert.False(IpAddress.TryParse(text, out _));

    [Fact]
    public void TryFormat_RoomTooSmall_Refused()
    {
        Assert.True(IpAddress.TryParse("2001:db8::1", out var address));
        Assert.False(address.TryFormat(new char[10], out var none));
        Assert.Equal(0, none);
        Assert.True(address.TryFormat(new char[11], out var all));
        Assert.Equal(11, all);
    }

    [Theory]
    [InlineData("223.255.255.255", false)]
    [InlineData("224.0.0.0", true)]
    [InlineData("239.255.255.255", true)]
    [InlineData("240.0.0.0", false)]
    [InlineData("feff::1", false)]
    [InlineData("ff02::1", true)]
    public void IsMulticast_Boundaries_AsAssigned(string text, bool expected)
    {
        Assert.True(IpAddress.TryParse(text, out var address));
        Assert.Equal(expected, address.IsMulticast);
    }

    [Fact]
    public void CompareTo_Versions_V4ComesFirst()
    {
        Assert.True(IpAddress.TryParse("255.255.255.255", out var v4));
        Assert.True(IpAddress.TryParse("::", out var v6));
        Assert.True(v4 < v6 && v6 > v4 && v4 <= v6 && v6 >= v4);
    }
}
