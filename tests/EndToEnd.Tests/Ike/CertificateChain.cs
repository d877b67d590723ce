using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EndToEnd.Tests.Ike;

/// <summary>A root, an authority in between for either host, and the certificates of both, of one kind of key.</summary>
internal sealed class CertificateChain
{
    private static readonly DateTimeOffset Today = TimeProvider.System.GetUtcNow();
    private static readonly DateTimeOffset From = Today.AddDays(-30);

    private readonly bool _isRsa;
    private readonly string _kind;
    private readonly (X509Certificate2 Certificate, AsymmetricAlgorithm Key) _root;

    /// <summary>Makes the authorities; their names hold <paramref name="kind"/>.</summary>
    public CertificateChain(bool isRsa, string kind)
    {
        (_isRsa, _kind) = (isRsa, kind);
        _root = Authority($"root {kind}", null);
    }

    /// <summary>The root in PEM.</summary>
    public string Root => _root.Certificate.ExportCertificatePem();

    /// <summary>A host's certificate in PEM with the private key and the authority between it and the root.</summary>
    /// <param name="Certificate">The host's certificate.</param>
    /// <param name="Authority">Who signed it.</param>
    /// <param name="Key">The private key.</param>
    internal sealed record Issued(string Certificate, string Authority, string Key);

    /// <summary>Issues a certificate under an authority of its own for a host's name; with more octets than it needs where a path is to be too narrow for it.</summary>
    public Issued Issue(string host, bool isExpired = false, int octets = 0)
    {
        var between = Authority($"between {_kind} {host}", _root);
        var (request, key) = Request($"CN={host}, O=IpsecDp tests");
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        for (var i = 0; i * 32 < octets; i++)
        {
            names.AddDnsName($"{i:d4}.a-name-nobody-asks-for.example");
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        var until = isExpired ? Today.AddDays(-1) : Today.AddDays(30);
        using var certificate = Sign(request, between, until);
        return new(certificate.ExportCertificatePem(), between.Certificate.ExportCertificatePem(), KeyText(key));
    }

    private (X509Certificate2 Certificate, AsymmetricAlgorithm Key) Authority(string name, (X509Certificate2 Certificate, AsymmetricAlgorithm Key)? issuer)
    {
        var (request, key) = Request($"CN={name}, O=IpsecDp tests");
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var until = Today.AddDays(60);
        return (issuer is { } above ? Sign(request, above, until) : request.CreateSelfSigned(From, until), key);
    }

    private (CertificateRequest Request, AsymmetricAlgorithm Key) Request(string name)
    {
        if (_isRsa)
        {
            var rsa = RSA.Create(2048);
            return (new(name, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), rsa);
        }

        var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return (new(name, ecdsa, HashAlgorithmName.SHA256), ecdsa);
    }

    private static X509Certificate2 Sign(CertificateRequest request, (X509Certificate2 Certificate, AsymmetricAlgorithm Key) issuer, DateTimeOffset until)
    {
        var signer = issuer.Key switch
        {
            RSA rsa => X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1),
            ECDsa ecdsa => X509SignatureGenerator.CreateForECDsa(ecdsa),
            _ => throw new ArgumentException("neither RSA nor ECDSA", nameof(issuer)),
        };
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer.Certificate, true, false));
        return request.Create(issuer.Certificate.SubjectName, signer, From, until, RandomNumberGenerator.GetBytes(16));
    }

    private static string KeyText(AsymmetricAlgorithm key) => key.ExportPkcs8PrivateKeyPem();
}
