using IpsecDp.Ike.Identity.Certificates;
using IpsecDp.Ike.Messages.Payloads;

namespace Control.Tests.Ike.Identity.Certificates;

public sealed class ReceivedCertificatesTests
{
    [Theory]
    [InlineData(CertificateEncoding.HashAndUrl, CertificateFault.HashAndUrl)]
    [InlineData(CertificateEncoding.HashAndUrlBundle, CertificateFault.HashAndUrl)]
    [InlineData(CertificateEncoding.Pkcs7, CertificateFault.OtherEncoding)]
    [InlineData(CertificateEncoding.RawPublicKey, CertificateFault.OtherEncoding)]
    [InlineData((CertificateEncoding)200, CertificateFault.OtherEncoding)]
    [InlineData(CertificateEncoding.RevocationList, CertificateFault.NoCertificate)]
    public void BugClass51_OtherEncodings_AreRefused(CertificateEncoding encoding, CertificateFault expected)
    {
        Assert.Equal(expected, ReceivedCertificates.TryRead([new(encoding, new([0x30, 0]))], out var certificates));
        Assert.Null(certificates);
    }

    [Fact]
    public void BugClass51_HundredCertificates_AreRefusedUnread()
    {
        var payload = new CertificatePayload(CertificateEncoding.X509Signature, new([0x30, 0]));
        Assert.Equal(CertificateFault.TooMany, ReceivedCertificates.TryRead(Enumerable.Repeat(payload, 100), out _));
        var large = new CertificatePayload(CertificateEncoding.X509Signature, new(new byte[32_768]));
        Assert.Equal(CertificateFault.TooMany, ReceivedCertificates.TryRead(Enumerable.Repeat(large, 4), out _));
    }

    [Fact]
    public void BugClass47_AnyOctetOfACertificateTurnedOrCut_IsReadOrRefused()
    {
        using var root = new TestAuthority("root");
        var octets = root.Certificate.RawData;
        for (var i = 0; i < octets.Length; i++)
        {
            byte[] turned = [.. octets];
            turned[i] ^= 0xFF;
            Expect(turned);
            Assert.Equal(CertificateFault.Malformed, Read(octets[..i], out _));
        }

        Assert.Equal(CertificateFault.None, Read(octets, out var whole));
        whole!.Dispose();

        static void Expect(byte[] octets)
        {
            var fault = Read(octets, out var certificates);
            Assert.True(fault is CertificateFault.None or CertificateFault.Malformed);
            Assert.Equal(fault == CertificateFault.None, certificates is not null);
            if (certificates is not null)
            {
                // Whatever is read does not make the names throw either.
                Assert.NotNull(CertificateNames.Alternatives(certificates.EndEntity));
                certificates.Dispose();
            }
        }
    }

    [Fact]
    public void TryRead_PemInsteadOfDer_IsMalformed()
    {
        using var root = new TestAuthority("root");
        Assert.Equal(CertificateFault.Malformed, Read(System.Text.Encoding.ASCII.GetBytes(root.Certificate.ExportCertificatePem()), out _));
    }

    [Fact]
    public void TryRead_SameCertificateTwice_IsHeldOnce()
    {
        using var root = new TestAuthority("root");
        var payload = new CertificatePayload(CertificateEncoding.X509Signature, new(root.Certificate.RawData));
        Assert.Equal(CertificateFault.None, ReceivedCertificates.TryRead([payload, payload], out var certificates));
        using (certificates)
        {
            Assert.Empty(certificates!.Others);
        }
    }

    private static CertificateFault Read(byte[] octets, out ReceivedCertificates? certificates)
    {
        certificates = null;
        return octets.Length == 0 ? CertificateFault.Malformed : ReceivedCertificates.TryRead([new(CertificateEncoding.X509Signature, new(octets))], out certificates);
    }
}
