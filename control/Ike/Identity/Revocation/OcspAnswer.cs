using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Ocsp;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace IpsecDp.Ike.Identity.Revocation;

/// <summary>What an OCSP answer says, RFC 6960: signed by the issuer, or by a responder the issuer gave the purpose to (§4.2.2.2).</summary>
internal static class OcspAnswer
{
    private const int MostSingles = 64;
    private const int MostResponders = 8;

    // RFC 6960 §4.2.2.1: without nextUpdate there is always newer information, so such an answer ages fast.
    private static readonly TimeSpan LongestWithoutNext = TimeSpan.FromDays(1);

    public static RevocationStatus StatusOf(RevocationCheck.Subject subject, byte[] encoded)
    {
        try
        {
            var answer = new OcspResp(encoded);
            return answer.Status == OcspRespStatus.Successful && answer.GetResponseObject() is BasicOcspResp basic ? StatusOf(subject, basic) : RevocationStatus.Unknown;
        }
        catch (Exception exception) when (exception is OcspException or GeneralSecurityException or IOException or ArgumentException or InvalidOperationException or InvalidCastException or FormatException)
        {
            // The library's readers throw what they like for octets that are no answer.
            return RevocationStatus.Unknown;
        }
    }

    private static RevocationStatus StatusOf(RevocationCheck.Subject subject, BasicOcspResp answer)
    {
        var status = RevocationStatus.Unknown;
        if (!subject.TakesSignature(answer.SignatureAlgorithm.Algorithm.Id) || answer.ProducedAt > subject.Now || HasCritical(answer.ResponseExtensions) || !IsFromResponder(subject, answer))
        {
            return status;
        }

        foreach (var single in answer.Responses.Take(MostSingles).Where(single => IsAbout(subject, single)))
        {
            status = single.GetCertStatus() switch
            {
                null => status == RevocationStatus.Revoked ? status : RevocationStatus.Good,
                RevokedStatus => RevocationStatus.Revoked,
                _ => status,
            };
        }

        return status;
    }

    private static bool IsAbout(RevocationCheck.Subject subject, SingleResp single) =>
        !HasCritical(single.SingleExtensions) && single.GetCertID().SerialNumber.Equals(subject.Certificate.SerialNumber) && single.GetCertID().MatchesIssuer(subject.Issuer)
        && single.ThisUpdate <= subject.Now && (single.NextUpdate ?? single.ThisUpdate + LongestWithoutNext) >= subject.Now;

    // RFC 6960 §4.4: nothing critical is defined, so what is critical is not understood.
    private static bool HasCritical(X509Extensions? extensions) => extensions?.GetCriticalExtensionOids().Length > 0;

    private static bool IsFromResponder(RevocationCheck.Subject subject, BasicOcspResp answer) =>
        answer.Verify(subject.Issuer.GetPublicKey()) || answer.GetCerts().Take(MostResponders).Any(responder => IsResponder(subject, responder) && answer.Verify(responder.GetPublicKey()));

    private static bool IsResponder(RevocationCheck.Subject subject, X509Certificate responder)
    {
        if (!responder.IssuerDN.Equivalent(subject.Issuer.SubjectDN) || !responder.IsValid(subject.Now) || !subject.TakesSignature(responder.SigAlgOid)
            || responder.GetExtendedKeyUsage()?.Contains(KeyPurposeID.id_kp_OCSPSigning) != true)
        {
            return false;
        }

        return responder.IsSignatureValid(subject.Issuer.GetPublicKey());
    }
}
