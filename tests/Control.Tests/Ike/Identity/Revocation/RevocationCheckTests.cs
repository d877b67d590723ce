using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Control.Tests.Ike.Identity.Certificates;
using IpsecDp.Ike.Identity.Certificates;
using IpsecDp.Ike.Identity.Revocation;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;

namespace Control.Tests.Ike.Identity.Revocation;

public sealed class RevocationCheckTests : IDisposable
{
    private readonly TestAuthority _root = new("root");
    private readonly TestAuthority _below;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _peer;

    public RevocationCheckTests()
    {
        _below = new("below", _root);
        _peer = _below.Issue(_key);
    }

    private static DateTimeOffset Now => TestAuthority.Now;

    public void Dispose()
    {
        _root.Dispose();
        _below.Dispose();
        _key.Dispose();
        _peer.Dispose();
    }

    [Fact]
    public void CheckRevocation_NothingKnown_IsTheModesChoice()
    {
        Assert.Equal(CertificateFault.None, Check(RevocationMode.Off, RevocationEvidence.None));
        Assert.Equal(CertificateFault.None, Check(RevocationMode.WhereKnown, RevocationEvidence.None));
        Assert.Equal(CertificateFault.RevocationUnknown, Check(RevocationMode.Always, RevocationEvidence.None));
    }

    [Fact]
    public void CheckRevocation_FreshListsOfBothAuthorities_AreEnough()
    {
        var evidence = Lists(_root.Revoke(Now.AddDays(-1), Now.AddDays(1)), _below.Revoke(Now.AddDays(-1), Now.AddDays(1)));
        Assert.Equal(CertificateFault.None, Check(RevocationMode.Always, evidence));
        Assert.Equal(CertificateFault.RevocationUnknown, Check(RevocationMode.Always, Lists(evidence.Lists[1].Span.ToArray())));
    }

    [Fact]
    public void CheckRevocation_PeerOrAuthorityRevoked_IsRefusedInBothModes()
    {
        var peer = Lists(_root.Revoke(Now.AddDays(-1), Now.AddDays(1)), _below.Revoke(Now.AddDays(-1), Now.AddDays(1), _peer));
        var authority = Lists(_root.Revoke(Now.AddDays(-1), Now.AddDays(1), _below.Certificate));
        foreach (var mode in new[] { RevocationMode.WhereKnown, RevocationMode.Always })
        {
            Assert.Equal(CertificateFault.Revoked, Check(mode, peer));
        }

        Assert.Equal(CertificateFault.Revoked, Check(RevocationMode.WhereKnown, authority));
        Assert.Equal(CertificateFault.None, Check(RevocationMode.Off, peer));
    }

    [Fact]
    public void CheckRevocation_StaleEarlyForgedOrForeignList_SaysNothing()
    {
        using var stranger = new TestAuthority("below");
        byte[] turned = _below.Revoke(Now.AddDays(-1), Now.AddDays(1), _peer);
        turned[^1] ^= 1;
        foreach (var list in new[] { _below.Revoke(Now.AddDays(-3), Now.AddDays(-1), _peer), _below.Revoke(Now.AddDays(1), Now.AddDays(3), _peer), stranger.Revoke(Now.AddDays(-1), Now.AddDays(1), _peer), turned, [], [0x30, 0x80], new byte[100] })
        {
            Assert.Equal(CertificateFault.None, Check(RevocationMode.WhereKnown, Lists(list)));
        }
    }

    [Fact]
    public void BugClass47_AnyOctetOfAListTurned_IsNeverGoodAndNeverThrows()
    {
        var list = _below.Revoke(Now.AddDays(-1), Now.AddDays(1), _peer);
        var root = _root.Revoke(Now.AddDays(-1), Now.AddDays(1));
        for (var i = 0; i < list.Length; i++)
        {
            byte[] turned = [.. list];
            turned[i] ^= 0x55;
            Assert.Equal(CertificateFault.RevocationUnknown, Check(RevocationMode.Always, Lists(root, turned)));
            Assert.Equal(CertificateFault.RevocationUnknown, Check(RevocationMode.Always, Lists(root, list[..i])));
        }
    }

    [Fact]
    public void With_PeersPayloads_AddsListsAndAnswers()
    {
        var evidence = RevocationEvidence.None.With([new(CertificateEncoding.RevocationList, new([1])), new(CertificateEncoding.Ocsp, new([2])), new(CertificateEncoding.X509Signature, new([3]))]);
        Assert.Equal(new RevocationEvidence([Octets.Of(1)], [Octets.Of(2)]), evidence);
    }

    private CertificateFault Check(RevocationMode mode, RevocationEvidence evidence)
    {
        var rules = CertificatePathTests.Rules(_root) with { Revocation = mode };
        Assert.Equal(CertificateFault.None, CertificatePathTests.Build(rules, Now, out var path, _peer, _below.Certificate));
        using (path)
        {
            return path!.CheckRevocation(evidence, Now);
        }
    }

    private static RevocationEvidence Lists(params byte[][] lists) => new([.. lists.Select(list => new Octets(list))], []);
}
