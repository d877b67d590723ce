using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IpsecDp.Ike.Messages.Payloads;

namespace IpsecDp.Ike.Identity.Certificates;

/// <summary>The certificates of one IKE_AUTH message: the first is the peer's own (RFC 7296 §3.6), the others may help to reach an anchor.</summary>
public sealed class ReceivedCertificates : IDisposable
{
    /// <summary>Most certificates taken from one message.</summary>
    public const int Most = 16;

    /// <summary>Most octets of them together.</summary>
    public const int MostOctets = 96 * 1024;

    private readonly List<X509Certificate2> _certificates;

    private ReceivedCertificates(List<X509Certificate2> certificates) => _certificates = certificates;

    /// <summary>The peer's own.</summary>
    public X509Certificate2 EndEntity => _certificates[0];

    /// <summary>The others, each once.</summary>
    public IEnumerable<X509Certificate2> Others => _certificates.Skip(1);

    /// <summary>
    /// Reads the CERT payloads in their order. Revocation lists and OCSP answers among them are passed over (see
    /// <see cref="Revocation.RevocationEvidence"/>); every other encoding refuses the message.
    /// </summary>
    public static CertificateFault TryRead(IEnumerable<CertificatePayload> payloads, out ReceivedCertificates? certificates)
    {
        ArgumentNullException.ThrowIfNull(payloads);
        certificates = null;
        var wanted = new List<CertificatePayload>();
        foreach (var payload in payloads)
        {
            switch (payload)
            {
                case { IsHashAndUrl: true }:
                    return CertificateFault.HashAndUrl;
                case { Encoding: CertificateEncoding.RevocationList or CertificateEncoding.Ocsp }:
                    continue;
                case { Encoding: not CertificateEncoding.X509Signature }:
                    return CertificateFault.OtherEncoding;
                default:
                    wanted.Add(payload);
                    break;
            }
        }

        if (wanted.Count == 0)
        {
            return CertificateFault.NoCertificate;
        }

        return wanted.Count > Most || wanted.Sum(payload => payload.Certificate.Length) > MostOctets ? CertificateFault.TooMany : TryLoad(wanted, out certificates);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var certificate in _certificates)
        {
            certificate.Dispose();
        }
    }

    private static CertificateFault TryLoad(List<CertificatePayload> payloads, out ReceivedCertificates? certificates)
    {
        var loaded = new ReceivedCertificates([]);
        certificates = null;
        try
        {
            foreach (var payload in payloads.Select(payload => payload.Certificate).Distinct())
            {
                // The loader takes PEM too, which the wire does not know.
                if (payload.Span[0] != 0x30)
                {
                    loaded.Dispose();
                    return CertificateFault.Malformed;
                }

                loaded._certificates.Add(X509CertificateLoader.LoadCertificate(payload.Span));
            }
        }
        catch (CryptographicException)
        {
            loaded.Dispose();
            return CertificateFault.Malformed;
        }

        certificates = loaded;
        return CertificateFault.None;
    }
}
