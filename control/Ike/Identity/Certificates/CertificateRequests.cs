using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IpsecDp.Ike.Messages.Payloads;

namespace IpsecDp.Ike.Identity.Certificates;

/// <summary>Certificate requests, RFC 7296 §3.7: the SHA-1 hashes of the public keys of authorities. SHA-1 is an index here and guards nothing.</summary>
public static class CertificateRequests
{
    // A request is a hint; what is over this many authorities is left out rather than sent in every handshake.
    private const int MostAuthorities = 256;

    /// <summary>What we ask: certificates under these authorities.</summary>
    public static CertificateRequestPayload Of(IEnumerable<X509Certificate2> authorities)
    {
        ArgumentNullException.ThrowIfNull(authorities);
        byte[] hashes = [.. authorities.Take(MostAuthorities).SelectMany(HashOf)];
        return new(CertificateEncoding.X509Signature, new(hashes));
    }

    /// <summary>The hash of an authority's SubjectPublicKeyInfo.</summary>
    public static byte[] HashOf(X509Certificate2 authority)
    {
        ArgumentNullException.ThrowIfNull(authority);
        return SHA1.HashData(authority.PublicKey.ExportSubjectPublicKeyInfo());
    }

    /// <summary>
    /// The credential to show: the first under an authority the peer names, else the first that holds our identity. A request is a hint
    /// (RFC 7296 §3.7), so one nobody can meet does not keep us from trying. Null only without credentials of that identity.
    /// </summary>
    public static Credential? Choose(IEnumerable<Credential> credentials, IEnumerable<CertificateRequestPayload> requests, IkeId identity)
    {
        var fitting = credentials.Where(credential => credential.Holds(identity)).ToList();
        var understood = requests.Where(request => request.Encoding == CertificateEncoding.X509Signature).ToList();
        return fitting.Find(credential => understood.Exists(request => credential.Authorities.Any(authority => request.Names(HashOf(authority))))) ?? fitting.FirstOrDefault();
    }
}
