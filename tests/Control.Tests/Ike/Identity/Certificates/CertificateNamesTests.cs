using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IpsecDp.Ike.Identity;
using IpsecDp.Ike.Identity.Certificates;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Wire.Ip;

namespace Control.Tests.Ike.Identity.Certificates;

public sealed class CertificateNamesTests : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly TestAuthority _root = new("root");

    public void Dispose()
    {
        _key.Dispose();
        _root.Dispose();
    }

    [Fact]
    public void Holds_EachTypeOfName_MatchesItselfAndNothingElse()
    {
        using var peer = _root.Issue(_key);
        Assert.True(CertificateNames.Holds(peer, IkeId.OfHost("Peer.Example.COM")));
        Assert.False(CertificateNames.Holds(peer, IkeId.OfHost("peer.example.co")));
        Assert.False(CertificateNames.Holds(peer, IkeId.OfHost("example.com")));
        Assert.True(CertificateNames.Holds(peer, IkeId.OfUser("user@PEER.example.com")));
        Assert.False(CertificateNames.Holds(peer, IkeId.OfUser("User@peer.example.com")));
        Assert.True(CertificateNames.Holds(peer, Address("192.0.2.7")));
        Assert.False(CertificateNames.Holds(peer, Address("192.0.2.8")));
        Assert.True(CertificateNames.Holds(peer, Address("2001:db8::7")));
        Assert.True(CertificateNames.Holds(peer, Name("cn=PEER.example.com,  o=test")));
        Assert.False(CertificateNames.Holds(peer, Name("O=Test, CN=peer.example.com")));
        Assert.False(CertificateNames.Holds(peer, IkeId.OfKeyId("peer.example.com"u8)));
        Assert.False(CertificateNames.Holds(peer, new(IdType.Null, default)));
    }

    [Fact]
    public void Holds_HostOnlyInTheCommonName_IsFalse()
    {
        using var peer = new CertificateRequest("CN=peer.example.com", _key, HashAlgorithmName.SHA256).CreateSelfSigned(TestAuthority.Now, TestAuthority.Now.AddDays(1));
        Assert.False(CertificateNames.Holds(peer, IkeId.OfHost("peer.example.com")));
    }

    [Fact]
    public void BugClass42_WildcardOrNulInTheName_IsNoOtherName()
    {
        using var wild = WithNames("82" + "0D" + "2A2E6578616D706C652E636F6D");
        Assert.False(CertificateNames.Holds(wild, IkeId.OfHost("peer.example.com")));

        // "a.com\0.evil" must not be read as "a.com".
        using var ended = WithNames("820B" + "612E636F6D002E6576696C");
        Assert.False(CertificateNames.Holds(ended, IkeId.OfHost("a.com")));
        Assert.True(CertificateNames.Holds(ended, IkeId.OfHost("a.com\0.evil")));
    }

    [Theory]
    [InlineData("8703010203")]
    [InlineData("8705010203040506")]
    [InlineData("8280")]
    [InlineData("82FF")]
    public void BugClass10_MalformedNames_HoldNothing(string names)
    {
        using var peer = WithNames(names);
        Assert.Empty(CertificateNames.Alternatives(peer));
    }

    [Fact]
    public void Alternatives_DirectoryName_IsReadAsADistinguishedName()
    {
        var name = Name("CN=within, O=Test").Value.Span;
        using var peer = WithNames($"A4{name.Length:X2}{Convert.ToHexString(name)}");
        Assert.True(CertificateNames.Holds(peer, Name("cn=Within, o=TEST")));
    }

    [Fact]
    public void Alternatives_MoreThan256_AreNone()
    {
        using var most = WithNames(string.Concat(Enumerable.Repeat("820161", 256)));
        using var more = WithNames(string.Concat(Enumerable.Repeat("820161", 257)));
        Assert.Equal(256, CertificateNames.Alternatives(most).Count);
        Assert.Empty(CertificateNames.Alternatives(more));
    }

    private X509Certificate2 WithNames(string names)
    {
        var content = Convert.FromHexString(names);
        byte[] sequence = content.Length < 128 ? [0x30, (byte)content.Length, .. content] : [0x30, 0x82, (byte)(content.Length >> 8), (byte)content.Length, .. content];
        var request = new CertificateRequest("CN=names", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509Extension("2.5.29.17", sequence, critical: false));
        return request.CreateSelfSigned(TestAuthority.Now, TestAuthority.Now.AddDays(1));
    }

    private static IkeId Address(string text)
    {
        Assert.True(IpAddress.TryParse(text, out var address));
        return IkeId.OfAddress(address);
    }

    private static IkeId Name(string text)
    {
        Assert.True(IkeId.TryOfName(text, out var id));
        return id!;
    }
}
