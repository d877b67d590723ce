using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IpsecDp.Ike.Identity;
using IpsecDp.Ike.Identity.Certificates;
using IpsecDp.Ike.Identity.Revocation;
using IpsecDp.Ike.Messages.Payloads;

namespace Control.Tests.Ike.Identity.Certificates;

public sealed class CertificatePathTests : IDisposable
{
    private readonly TestAuthority _root = new("root");
    private readonly TestAuthority _below;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public CertificatePathTests() => _below = new("below", _root);

    private static DateTimeOffset Now => TestAuthority.Now;

    public void Dispose()
    {
        _root.Dispose();
        _below.Dispose();
        _key.Dispose();
    }

    [Fact]
    public void TryBuild_PeerUnderIntermediate_ReachesTheAnchor()
    {
        using var peer = _below.Issue(_key);
        Assert.Equal(CertificateFault.None, Build(Rules(_root), Now, out var path, peer, _below.Certificate));
        using (path)
        {
            Assert.Equal(3, path!.Certificates.Count);
            Assert.Equal(CertificateFault.None, path.CheckIdentity(IkeId.OfHost("PEER.example.com")));
        }
    }

    [Fact]
    public void TryBuild_IntermediateFromThePolicy_NeedNotBeSent()
    {
        using var peer = _below.Issue(_key);
        Assert.Equal(CertificateFault.NoPathToAnchor, Build(Rules(_root), Now, out _, peer));
        Assert.Equal(CertificateFault.None, Build(Rules(_root) with { Intermediates = [_below.Certificate] }, Now, out var path, peer));
        path!.Dispose();
    }

    [Fact]
    public void BugClass42_ValidPathForAnotherIdentity_IsRefused()
    {
        using var peer = _below.Issue(_key, "other.example.com");
        Assert.Equal(CertificateFault.None, Build(Rules(_root), Now, out var path, peer, _below.Certificate));
        using (path)
        {
            Assert.Equal(CertificateFault.OtherIdentity, path!.CheckIdentity(IkeId.OfHost("peer.example.com")));
            Assert.Equal(CertificateFault.OtherIdentity, path.CheckIdentity(IkeId.OfKeyId("peer"u8)));
        }
    }

    [Fact]
    public void BugClass44_AnchorNotInThePolicy_IsRefusedEvenIfSent()
    {
        using var stranger = new TestAuthority("root");
        using var peer = stranger.Issue(_key);
        Assert.Equal(CertificateFault.WrongSignature, Build(Rules(_root), Now, out _, peer, stranger.Certificate));
        Assert.Equal(CertificateFault.NoPathToAnchor, Build(Rules(), Now, out _, peer, stranger.Certificate));
        Assert.Equal(CertificateFault.None, Build(Rules(stranger), Now, out var path, peer));
        path!.Dispose();
    }

    [Fact]
    public void TryBuild_SelfSignedPeerNobodyTrusts_IsRefused()
    {
        using var self = new CertificateRequest("CN=peer.example.com", _key, HashAlgorithmName.SHA256).CreateSelfSigned(Now.AddDays(-1), Now.AddDays(1));
        Assert.Equal(CertificateFault.NoPathToAnchor, Build(Rules(_root), Now, out _, self));
    }

    [Fact]
    public void TryBuild_TimeOutsideAnyValidity_IsRefused()
    {
        using var peer = _below.Issue(_key);
        Assert.Equal(CertificateFault.OutsideValidity, Build(Rules(_root), Now.AddYears(1), out _, peer, _below.Certificate));
        Assert.Equal(CertificateFault.OutsideValidity, Build(Rules(_root), Now.AddMonths(-2), out _, peer, _below.Certificate));
        using var old = new TestAuthority("old", _root, until: Now.AddDays(-1));
        using var under = old.Issue(_key);
        Assert.Equal(CertificateFault.OutsideValidity, Build(Rules(_root), Now, out _, under, old.Certificate));
    }

    [Fact]
    public void TryBuild_SignatureTurned_IsRefused()
    {
        using var peer = _below.Issue(_key);
        var octets = peer.RawData;
        octets[^1] ^= 1;
        Assert.NotEqual(CertificateFault.None, Build(Rules(_root), Now, out _, [octets, _below.Certificate.RawData]));
    }

    [Fact]
    public void BugClass48_PathLengthAndAuthority_AreObeyed()
    {
        using var ending = new TestAuthority("ending", _root, pathLength: 0);
        using var tooDeep = new TestAuthority("too deep", ending);
        using var peer = tooDeep.Issue(_key);
        Assert.Equal(CertificateFault.NotAnAuthority, Build(Rules(_root), Now, out _, peer, tooDeep.Certificate, ending.Certificate));
    }

    [Fact]
    public void BugClass48_NameOutsideTheAuthoritysConstraint_IsRefused()
    {
        // NameConstraints { permittedSubtrees { dNSName "example.org" } }, critical.
        var constraint = new X509Extension("2.5.29.30", Convert.FromHexString("3011A00F300D820B6578616D706C652E6F7267"), critical: true);
        using var bound = new TestAuthority("bound", _root, extensions: constraint);
        using var outside = bound.Issue(_key);
        Assert.Equal(CertificateFault.NameNotPermitted, Build(Rules(_root), Now, out _, outside, bound.Certificate));
        using var inside = bound.Issue(_key, "peer.example.org");
        Assert.Equal(CertificateFault.None, Build(Rules(_root), Now, out var path, inside, bound.Certificate));
        path!.Dispose();
    }

    [Fact]
    public void TryBuild_PathLongerThanThePolicyAllows_IsRefused()
    {
        using var peer = _below.Issue(_key);
        Assert.Equal(CertificateFault.PathTooLong, Build(Rules(_root) with { LongestPath = 2 }, Now, out _, peer, _below.Certificate));
    }

    [Theory]
    [InlineData(X509KeyUsageFlags.DigitalSignature, CertificateFault.None)]
    [InlineData(X509KeyUsageFlags.NonRepudiation, CertificateFault.None)]
    [InlineData(X509KeyUsageFlags.KeyAgreement | X509KeyUsageFlags.KeyEncipherment, CertificateFault.NotForSigning)]
    public void TryBuild_KeyUsage_IsThatOfRfc4945(X509KeyUsageFlags usage, CertificateFault expected)
    {
        using var peer = _root.Issue(_key, extensions: new X509KeyUsageExtension(usage, true));
        Assert.Equal(expected, Build(Rules(_root), Now, out var path, peer));
        path?.Dispose();
    }

    [Theory]
    [InlineData("1.3.6.1.5.5.7.3.17", false, CertificateFault.None)]
    [InlineData("2.5.29.37.0", false, CertificateFault.None)]
    [InlineData("1.3.6.1.5.5.7.3.1", false, CertificateFault.OtherPurpose)]
    [InlineData("1.3.6.1.5.5.7.3.1", true, CertificateFault.None)]
    [InlineData("1.3.6.1.5.5.7.3.4", true, CertificateFault.OtherPurpose)]
    public void TryBuild_ExtendedKeyUsage_IsThatOfRfc4945(string purpose, bool takesTls, CertificateFault expected)
    {
        using var peer = _root.Issue(_key, extensions: new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        Assert.Equal(expected, Build(Rules(_root) with { TakesTlsPurposes = takesTls }, Now, out var path, peer));
        path?.Dispose();
    }

    [Fact]
    public void BugClass33_WeakOrMalformedKeys_AreRefused()
    {
        using var weak = RSA.Create(1024);
        using var peer = _root.Issue(weak);
        Assert.Equal(CertificateFault.TooWeak, Build(Rules(_root), Now, out _, peer));
        using var curve = ECDsa.Create(ECCurve.NamedCurves.brainpoolP256r1);
        using var odd = _root.Issue(curve);
        Assert.Equal(CertificateFault.TooWeak, Build(Rules(_root), Now, out _, odd));
    }

    [Fact]
    public void TryBuild_Sha1InThePath_OnlyIfThePolicyNamesIt()
    {
        using var rsa = RSA.Create(2048);
        using var root = new CertificateRequest("CN=old root", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) { CertificateExtensions = { new X509BasicConstraintsExtension(true, false, 0, true) } }.CreateSelfSigned(Now.AddYears(-1), Now.AddYears(1));
        var request = new CertificateRequest("CN=peer", _key, HashAlgorithmName.SHA1);
        using var peer = request.Create(root.SubjectName, new Sha1Generator(rsa), Now.AddDays(-1), Now.AddDays(1), [1]);
        var rules = Rules() with { Anchors = [root] };
        Assert.Equal(CertificateFault.TooWeak, Build(rules, Now, out _, peer));
        var fault = Build(rules with { TakesSha1 = true }, Now, out var path, peer);
        path?.Dispose();
        Assert.Equal(CertificateFault.None, fault);
    }

    [Fact]
    public void BugClass50_Pointers_AreNamedOnlyOfAPathThatReachedAnAnchor()
    {
        var points = CertificateRevocationListBuilder.BuildCrlDistributionPointExtension(["http://crl.example.com/root.crl", "ldap://crl.example.com/root", "file:///etc/passwd"]);
        var access = new X509AuthorityInformationAccessExtension(["http://ocsp.example.com/"], ["http://ca.example.com/ca.cer"]);
        using var peer = _root.Issue(_key, extensions: [points, access]);
        Assert.Equal(CertificateFault.None, Build(Rules(_root), Now, out var path, peer));
        using (path)
        {
            Assert.Equal(["False http://crl.example.com/root.crl", "True http://ocsp.example.com/"], path!.Pointers.Select(p => $"{p.IsOcsp} {p.Location}").Order());
        }

        Assert.Equal(CertificateFault.NoPathToAnchor, Build(Rules(_below), Now, out var none, peer));
        Assert.Null(none);
    }

    internal static CertificateFault Build(PathRules rules, DateTimeOffset now, out CertificatePath? path, params X509Certificate2[] certificates) =>
        Build(rules, now, out path, [.. certificates.Select(certificate => certificate.RawData)]);

    internal static PathRules Rules(params TestAuthority[] anchors) => new() { Anchors = [.. anchors.Select(anchor => anchor.Certificate)], Revocation = RevocationMode.WhereKnown };

    private static CertificateFault Build(PathRules rules, DateTimeOffset now, out CertificatePath? path, byte[][] certificates)
    {
        path = null;
        var fault = ReceivedCertificates.TryRead(certificates.Select(octets => new CertificatePayload(CertificateEncoding.X509Signature, new(octets))), out var received);
        using (received)
        {
            return fault == CertificateFault.None ? CertificatePath.TryBuild(received!, rules, now, out path) : fault;
        }
    }

    private sealed class Sha1Generator(RSA key) : X509SignatureGenerator
    {
        private readonly X509SignatureGenerator _inner = CreateForRSA(key, RSASignaturePadding.Pkcs1);

        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) => Convert.FromHexString("300D06092A864886F70D0101050500");

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => key.SignData(data, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1);

        protected override PublicKey BuildPublicKey() => _inner.PublicKey;
    }
}
