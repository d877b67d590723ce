using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IpsecDp.Ike.Messages.Payloads;

namespace IpsecDp.Ike.Identity.Certificates;

/// <summary>What this node can show: a certificate with its private key and the authorities above it, lowest first.</summary>
public sealed class Credential
{
    /// <summary>Throws <see cref="ArgumentException"/> if the certificate has no private key we can sign with.</summary>
    public Credential(X509Certificate2 certificate, IReadOnlyList<X509Certificate2> authorities)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(authorities);
        Key = certificate.GetRSAPrivateKey() is { } rsa ? rsa : certificate.GetECDsaPrivateKey()
            ?? throw new ArgumentException("the certificate has no private key of RSA or ECDSA", nameof(certificate));
        (Certificate, Authorities) = (certificate, authorities);
    }

    /// <summary>The certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The authorities above it, up to and including the anchor if it is known.</summary>
    public IReadOnlyList<X509Certificate2> Authorities { get; }

    /// <summary>The private key.</summary>
    public AsymmetricAlgorithm Key { get; }

    /// <summary>Whether the certificate holds the identity; a peer would refuse it otherwise.</summary>
    public bool Holds(IkeId identity) => CertificateNames.Holds(Certificate, identity);

    /// <summary>The CERT payloads: our own first (RFC 7296 §3.6), then what is between it and the anchor, which the peer has or does not trust.</summary>
    public IReadOnlyList<CertificatePayload> ToPayloads() =>
    [
        Of(Certificate),
        .. Authorities.Where(authority => !authority.SubjectName.RawData.AsSpan().SequenceEqual(authority.IssuerName.RawData)).Select(Of),
    ];

    private static CertificatePayload Of(X509Certificate2 certificate) => new(CertificateEncoding.X509Signature, new(certificate.RawData));
}
