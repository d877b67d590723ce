using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Control.Tests.Ike.Identity.Certificates;

/// <summary>An authority of a test's own, and what it issues.</summary>
internal sealed class TestAuthority : IDisposable
{
    public static readonly DateTimeOffset Now = new(2030, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private static int _serial;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _withKey;

    public TestAuthority(string name, TestAuthority? above = null, int? pathLength = null, DateTimeOffset? until = null, params X509Extension[] extensions)
    {
        var request = new CertificateRequest($"CN={name}, O=Test", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, pathLength is not null, pathLength ?? 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        foreach (var extension in extensions)
        {
            request.CertificateExtensions.Add(extension);
        }

        var end = until ?? Now.AddYears(5);
        if (above is null)
        {
            _withKey = request.CreateSelfSigned(Now.AddYears(-1), end);
        }
        else
        {
            using var issued = request.Create(above._withKey.SubjectName, above.Generator, Now.AddYears(-1), end, NextSerial());
            _withKey = issued.CopyWithPrivateKey(_key);
        }

        Certificate = X509CertificateLoader.LoadCertificate(_withKey.RawData);
    }

    public X509Certificate2 Certificate { get; }

    public X509Certificate2 WithKey => _withKey;

    private X509SignatureGenerator Generator => X509SignatureGenerator.CreateForECDsa(_key);

    /// <summary>A certificate for a host, with its private key.</summary>
    public X509Certificate2 Issue(AsymmetricAlgorithm key, string host = "peer.example.com", HashAlgorithmName? hash = null, DateTimeOffset? from = null, params X509Extension[] extensions)
    {
        var digest = hash ?? HashAlgorithmName.SHA256;
        var request = key is RSA rsa
            ? new CertificateRequest($"CN={host}, O=Test", rsa, digest, RSASignaturePadding.Pkcs1)
            : new CertificateRequest($"CN={host}, O=Test", (ECDsa)key, digest);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        names.AddEmailAddress($"user@{host}");
        names.AddIpAddress(System.Net.IPAddress.Parse("192.0.2.7"));
        names.AddIpAddress(System.Net.IPAddress.Parse("2001:db8::7"));
        request.CertificateExtensions.Add(names.Build());
        foreach (var extension in extensions)
        {
            request.CertificateExtensions.Add(extension);
        }

        using var issued = request.Create(_withKey.SubjectName, Generator, from ?? Now.AddMonths(-1), (from ?? Now).AddMonths(6), NextSerial());
        if (extensions.OfType<X509KeyUsageExtension>().Any(usage => (usage.KeyUsages & (X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation)) == 0))
        {
            // The platform attaches no signing key to a certificate that may not sign.
            return X509CertificateLoader.LoadCertificate(issued.RawData);
        }

        return key is RSA withRsa ? issued.CopyWithPrivateKey(withRsa) : issued.CopyWithPrivateKey((ECDsa)key);
    }

    /// <summary>A revocation list of these certificates.</summary>
    public byte[] Revoke(DateTimeOffset from, DateTimeOffset until, params X509Certificate2[] revoked)
    {
        var builder = new CertificateRevocationListBuilder();
        foreach (var certificate in revoked)
        {
            builder.AddEntry(certificate);
        }

        return builder.Build(_withKey, 1, until, HashAlgorithmName.SHA256, thisUpdate: from);
    }

    public void Dispose()
    {
        _key.Dispose();
        _withKey.Dispose();
        Certificate.Dispose();
    }

    private static byte[] NextSerial() => BitConverter.GetBytes(Interlocked.Increment(ref _serial) + 0x01000000).Reverse().ToArray();
}
