using IpsecDp.Ike.Identity;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace Control.Tests.Ike.Identity;

public sealed class IkeIdTests
{
    [Theory]
    [InlineData("CN=Host, O=Example", "cn=host,o=EXAMPLE", true)]
    [InlineData("CN=a  b, O=Example", "CN=\" a b \", O=example", true)]
    [InlineData("CN=ab, O=Example", "CN=a b, O=Example", false)]
    [InlineData("CN=Host, O=Example", "O=Example, CN=Host", false)]
    [InlineData("CN=Host, O=Example", "CN=Host", false)]
    [InlineData("CN=Host", "O=Host", false)]
    public void IsSameAs_DistinguishedNames_ComparesAsX500Does(string one, string two, bool isSame)
    {
        Assert.Equal(isSame, Name(one).IsSameAs(Name(two)));
        Assert.Equal(isSame, Name(two).IsSameAs(Name(one)));
    }

    [Fact]
    public void IsSameAs_OtherStringTypes_DoNotCount()
    {
        // CN=ab as UTF8String, PrintableString and BMPString, and as an OCTET STRING, which is no text.
        var utf8 = Raw("300D310B300906035504030C026162");
        Assert.True(utf8.IsSameAs(Raw("300D310B3009060355040313026142")));
        Assert.True(utf8.IsSameAs(Raw("300F310D300B06035504031E0400610062")));
        Assert.False(utf8.IsSameAs(Raw("300D310B3009060355040304026162")));
    }

    [Fact]
    public void IsSameAs_MultiValuedPart_HasNoOrder()
    {
        // Letter case may change the order of the encoded pairs; the order of DER itself is not free.
        const string Common = "300A06035504030C03";
        var one = Raw($"301A3118{Common}416263{Common}616264");
        Assert.True(one.IsSameAs(Raw($"301A3118{Common}414264{Common}616263")));
        Assert.False(one.IsSameAs(Raw($"301A3118{Common}414264{Common}616264")));
        Assert.False(one.IsSameAs(Raw($"301C310C{Common}416263310C{Common}616264")));
        Assert.False(DistinguishedName.TryRead(Raw($"301A3118{Common}616264{Common}416263").Value.Span, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("3080")]
    [InlineData("3000FF")]
    [InlineData("30023100")]
    [InlineData("300D310B300906035504030C0261")]
    [InlineData("300D310B300906035504030C02C328")]
    public void BugClass10_MalformedNames_EqualNothing(string hex)
    {
        var id = Raw(hex);
        Assert.False(id.IsSameAs(id));
        Assert.False(DistinguishedName.TryRead(id.Value.Span, out _));
    }

    [Fact]
    public void BugClass10_EmptyNameOrOddLengths_EqualNothing()
    {
        Assert.False(Raw("3000").IsSameAs(Raw("3000")));
        Assert.False(new IkeId(IdType.Fqdn, default).IsSameAs(new(IdType.Fqdn, default)));
        Assert.False(new IkeId(IdType.Null, default).IsSameAs(new(IdType.Null, default)));
        Assert.False(new IkeId((IdType)99, new([1])).IsSameAs(new((IdType)99, new([1]))));
        Assert.False(new IkeId(IdType.Ipv4Address, new([1, 2, 3])).TryGetAddress(out _));
        Assert.False(new IdPattern.AddressesIn(AddressRange.AnyV4).Matches(new(IdType.Ipv4Address, new([1, 2, 3]))));
    }

    [Fact]
    public void IsSameAs_TypesNeverCross()
    {
        Assert.False(IkeId.OfHost("a.example.com").IsSameAs(IkeId.OfKeyId("a.example.com"u8)));
        Assert.False(IkeId.OfHost("a@b").IsSameAs(IkeId.OfUser("a@b")));
        Assert.True(IkeId.OfHost("A.example.com").IsSameAs(IkeId.OfHost("a.EXAMPLE.com")));
        Assert.False(IkeId.OfKeyId("A"u8).IsSameAs(IkeId.OfKeyId("a"u8)));
        Assert.False(IkeId.OfHost("a.com\0").IsSameAs(IkeId.OfHost("a.com")));
    }

    [Fact]
    public void Matches_Patterns_AreThoseOfRfc4301()
    {
        Assert.True(IpAddress.TryParse("10.0.0.0", out var net));
        Assert.True(IpAddress.TryParse("10.0.0.9", out var inside));
        Assert.True(IpAddress.TryParse("10.0.1.9", out var outside));
        var range = new IdPattern.AddressesIn(AddressRange.Prefix(net, 24));
        Assert.True(range.Matches(IkeId.OfAddress(inside)));
        Assert.False(range.Matches(IkeId.OfAddress(outside)));
        var hosts = new IdPattern.HostsOf("example.com");
        Assert.True(hosts.Matches(IkeId.OfHost("a.b.Example.com")));
        Assert.False(hosts.Matches(IkeId.OfHost("example.com")));
        Assert.False(hosts.Matches(IkeId.OfHost("badexample.com")));
        Assert.False(hosts.Matches(IkeId.OfUser("x@a.example.com")));
        var users = new IdPattern.UsersOf("example.com");
        Assert.True(users.Matches(IkeId.OfUser("x@example.com")));
        Assert.True(users.Matches(IkeId.OfUser("x@mail.example.com")));
        Assert.False(users.Matches(IkeId.OfUser("x@badexample.com")));
        Assert.False(users.Matches(IkeId.OfUser("example.com")));
        Assert.True(DistinguishedName.TryRead(Name("OU=unit, O=Example").Value.Span, out _));
        Assert.True(DistinguishedName.TryRead(Name("O=Example").Value.Span, out var ancestor));
        var names = new IdPattern.NamesUnder(ancestor!);
        Assert.True(names.Matches(Name("CN=x, O=example")));
        Assert.False(names.Matches(Name("CN=x, O=other")));
        Assert.False(names.Matches(Name("O=Example, C=DE")));
        Assert.False(new IdPattern.Any().Matches(new(IdType.Null, default)));
        Assert.True(new IdPattern.Exactly(IkeId.OfHost("a")).Matches(IkeId.OfHost("A")));
    }

    [Theory]
    [InlineData("a\r\nevil: log", "a\\x0D\\x0Aevil: log")]
    [InlineData("$(reboot);`x`|&\"'\\", "\\x24(reboot)\\x3B\\x60x\\x60\\x7C\\x26\\x22\\x27\\x5C")]
    [InlineData("\u001b[2J", "\\x1B\\x5B2J")]
    [InlineData("%n%s", "\\x25n\\x25s")]
    public void BugClass17_HostileText_IsShownHarmless(string text, string shown) => Assert.Equal(shown, IkeId.OfHost(text).ToString());

    [Fact]
    public void BugClass17_LongText_IsCut() => Assert.InRange(IkeId.OfHost(new string('a', 65_000)).ToString().Length, 200, 300);

    [Fact]
    public void BugClass10_RandomNames_AreReadOrRefusedAndNeverThrow()
    {
        var dice = new Random(11);
        var seed = Name("CN=host+UID=7, OU=unit, O=Example, C=DE").Value.Span.ToArray();
        var read = 0;
        for (var round = 0; round < 20_000; round++)
        {
            byte[] octets = [.. seed];
            for (var i = dice.Next(4); i >= 0; i--)
            {
                octets[dice.Next(octets.Length)] = (byte)dice.Next(256);
            }

            var id = new IkeId(IdType.DistinguishedName, new(octets));
            read += id.IsSameAs(id) ? 1 : 0;
            Assert.NotNull(id.ToString());
        }

        Assert.InRange(read, 1, 19_999);
    }

    private static IkeId Name(string text)
    {
        Assert.True(IkeId.TryOfName(text, out var id));
        return id!;
    }

    private static IkeId Raw(string hex) => new(IdType.DistinguishedName, new(Convert.FromHexString(hex)));
}
