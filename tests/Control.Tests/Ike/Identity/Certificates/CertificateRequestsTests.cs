using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IpsecDp.Ike.Identity;
using IpsecDp.Ike.Identity.Certificates;
using IpsecDp.Ike.Messages.Payloads;

namespace Control.Tests.Ike.Identity.Certificates;

public sealed class CertificateRequestsTests : IDisposable
{
    private readonly TestAuthority _one = new("one");
    private readonly TestAuthority _two = new("two");
    private readonly TestAuthority _below;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public CertificateRequestsTests() => _below = new("below", _two);

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
        _below.Dispose();
        _key.Dispose();
    }

    [Fact]
    public void Of_Authorities_IsTheSha1OfEachKey()
    {
        using var key = _one.Certificate.GetECDsaPublicKey()!;
        var request = CertificateRequests.Of([_one.Certificate, _two.Certificate]);
        Assert.Equal(CertificateEncoding.X509Signature, request.Encoding);
        Assert.Equal(40, request.Authorities.Length);
        Assert.True(request.Names(SHA1.HashData(key.ExportSubjectPublicKeyInfo())));
        Assert.False(request.Names(CertificateRequests.HashOf(_below.Certificate)));
    }

    [Fact]
    public void Choose_PeerNamesAnAuthority_ShowsTheCredentialUnderIt()
    {
        using var underOne = _one.Issue(_key);
        using var underTwo = _below.Issue(_key);
        Credential[] credentials = [new(underOne, [_one.Certificate]), new(underTwo, [_below.Certificate, _two.Certificate])];
        var id = IkeId.OfHost("peer.example.com");
        Assert.Same(credentials[1], CertificateRequests.Choose(credentials, [CertificateRequests.Of([_two.Certificate])], id));
        Assert.Same(credentials[0], CertificateRequests.Choose(credentials, [CertificateRequests.Of([_one.Certificate])], id));
        Assert.Same(credentials[0], CertificateRequests.Choose(credentials, [], id));
        Assert.Same(credentials[0], CertificateRequests.Choose(credentials, [new(CertificateEncoding.X509Signature, new(new byte[20]))], id));
        Assert.Null(CertificateRequests.Choose(credentials, [], IkeId.OfHost("other.example.com")));
    }

    [Fact]
    public void ToPayloads_OwnCertificateFirst_AndNoAnchor()
    {
        using var peer = _below.Issue(_key);
        var payloads = new Credential(peer, [_below.Certificate, _two.Certificate]).ToPayloads();
        Assert.Equal([peer.RawData, _below.Certificate.RawData], payloads.Select(payload => payload.Certificate.Span.ToArray()));
    }

    [Fact]
    public void Credential_WithoutPrivateKey_Throws() => Assert.Throws<ArgumentException>(() => new Credential(_one.Certificate, []));
}
